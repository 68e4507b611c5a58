/** What a command has to say, for people and for programs. */
export interface Report {
  /** For `--json`: one value that `JSON.stringify` takes. */
  readonly json: unknown
  /** For people: whole lines on standard output. */
  readonly text: string
  /** For people: what is no result, such as that there is none; on standard error. */
  readonly note?: string
  /** Default 0. */
  readonly exitCode?: number
}

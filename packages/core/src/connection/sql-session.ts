/** A statement for a session. */
export interface SessionRequest {
  readonly query: string
  readonly parameters: readonly (string | number | boolean | null)[]
  /** How many rows at most. Default: all. */
  readonly max?: number | undefined
}

/** What IRIS answered to a statement. */
export type SessionAnswer = SessionOutcome | SessionRefusal | SessionProblem

/** A statement that was run. */
export interface SessionOutcome {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  /** How many rows were given or changed. */
  readonly rowCount: number
  /** The identity of the row that was inserted last; `''` for none. */
  readonly identity: string | number
}

/** A statement that IRIS refused. */
export interface SessionRefusal {
  readonly sqlcode: number
  readonly message: string
}

/** ObjectScript that failed: `<CLASS DOES NOT EXIST> *IrisDevtester.Session`. */
export interface SessionProblem {
  readonly problem: string
}

/** One process of IRIS that runs statements one after the other, and rolls back what is open when it ends. */
export interface SqlSession {
  /**
   * Runs a statement after those before it.
   *
   * @returns a {@link SessionAnswer} as JSON, which holds integers of 64 bits.
   */
  run(request: SessionRequest): Promise<string>
  close(): Promise<void>
}

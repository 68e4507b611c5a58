/** When a worker's namespace goes back to what it was after set-up: before each test, before each test file, or never. */
export type Reset = 'each' | 'file' | false

/** When tables go back to what they were after set-up, and which of them stay as they are. */
export interface ResetSettings {
  readonly when: Reset
  /** Tables that no reset touches. */
  readonly except: readonly string[]
}

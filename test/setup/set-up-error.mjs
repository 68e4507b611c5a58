/** The set-up can't go on: what happened, and what the reader can do about it. */
export class SetUpError extends Error {
  /**
   * @param {string} message what happened and why
   * @param {string} [hint] what to do, one step a line
   */
  constructor(message, hint) {
    super(hint ? `${message}\n\nWhat to do:\n${hint.replace(/^/gm, '  ')}` : message)
    this.name = 'SetUpError'
  }
}

/** A request of the page that can't be served, for a reason that the page shows. */
export class DashboardRefusal extends Error {
  override readonly name = 'DashboardRefusal'
  readonly code: string
  readonly status: number

  constructor(code: string, message: string, status = 409) {
    super(message)
    this.code = code
    this.status = status
  }

  toJSON(): object {
    return { success: false, error: this.code, message: this.message }
  }
}

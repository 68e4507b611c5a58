/** The connections a Community licence allows, each held by somebody until it is given back or its time is up. */
export class LicenseUnits {
  readonly limit: number
  readonly #heldUntil = new Map<string, number>()

  constructor(limit: number) {
    this.limit = limit
  }

  /** Takes a unit or keeps the one this holder has, for `holdMs` ms from now; `false` when none is left. */
  take(holder: string, holdMs = Number.POSITIVE_INFINITY): boolean {
    if (!this.#heldUntil.has(holder) && this.used >= this.limit) return false
    this.#heldUntil.set(holder, Date.now() + holdMs)
    return true
  }

  release(holder: string): void {
    this.#heldUntil.delete(holder)
  }

  get used(): number {
    for (const [holder, until] of this.#heldUntil) if (until <= Date.now()) this.#heldUntil.delete(holder)
    return this.#heldUntil.size
  }
}

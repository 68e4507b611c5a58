/** A price with value added tax, in cents. */
export function grossPrice(netCents: number, ratePercent: number): number {
  return Math.round(netCents * (1 + ratePercent / 100))
}

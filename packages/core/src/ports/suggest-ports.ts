/**
 * Puts free ports in the order a person would like them instead of `wanted`: the nearest first, of two equally near the
 * rounder one, then the higher one.
 */
export function rankSuggestions(wanted: number, free: Iterable<number>): number[] {
  return [...free].sort(
    (one, other) =>
      Math.abs(one - wanted) - Math.abs(other - wanted) || roundness(other) - roundness(one) || other - one,
  )
}

function roundness(port: number): number {
  return [1000, 100, 10, 5].findIndex((unit) => port % unit === 0) === -1
    ? 0
    : 4 - [1000, 100, 10, 5].findIndex((unit) => port % unit === 0)
}

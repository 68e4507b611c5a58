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

const UNITS = [5, 10, 100, 1000]

function roundness(port: number): number {
  return UNITS.filter((unit) => port % unit === 0).length
}

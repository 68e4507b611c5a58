import type { RealIris } from './real-iris.ts'

/** What one look at a running IRIS says about a fact. */
export interface Finding {
  readonly verdict: 'confirmed' | 'refuted' | 'unknown'
  /** What was seen. */
  readonly saw: string
}

/** Something the product or the stand-in takes for granted about IRIS. */
export interface Fact {
  /** One sentence that is true or not. */
  readonly claim: string
  /** Looks; what it throws makes the finding `unknown`. */
  readonly check: (iris: RealIris) => Promise<Finding>
}

/** A finding from a comparison: confirmed when it holds. */
export function finding(holds: boolean, saw: string): Finding {
  return { verdict: holds ? 'confirmed' : 'refuted', saw }
}

/** A finding from what was seen and what the fact says should be. */
export function same(saw: unknown, claimed: unknown): Finding {
  const [seen, wanted] = [saw, claimed].map((value) => JSON.stringify(value) ?? 'nothing')
  return finding(seen === wanted, seen === wanted ? `${seen}` : `${seen} instead of ${wanted}`)
}

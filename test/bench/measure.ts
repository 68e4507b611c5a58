/** How long something took, in ms, over many runs. */
export interface Timing {
  /** What it takes when nothing else keeps the machine busy, as far as there was such a moment. */
  readonly fastest: number
  readonly median: number
  readonly p90: number
  readonly runs: number
}

/** Times two kinds of work in turns, so that both meet the same machine. `between` isn't timed. */
export async function compare(
  runs: number,
  floor: (run: number) => unknown,
  work: (run: number) => unknown,
  between?: (run: number) => Promise<void>,
): Promise<{ floor: Timing; work: Timing }> {
  const millis: [number[], number[]] = [[], []]
  for (let run = -Math.ceil(runs / 10); run < runs; run += 1) {
    for (const [index, one] of [floor, work].entries()) {
      const began = performance.now()
      const outcome = one(run)
      if (outcome instanceof Promise) await outcome
      if (run >= 0) millis[index as 0 | 1].push(performance.now() - began)
    }
    await between?.(run)
  }
  return { floor: summarise(millis[0]), work: summarise(millis[1]) }
}

export function summarise(millis: readonly number[]): Timing {
  const sorted = [...millis].sort((one, other) => one - other)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { fastest: at(0), median: at(0.5), p90: at(0.9), runs: sorted.length }
}

/** Prints a figure as a ratio to the floor that was measured beside it, with what is aimed at. */
export function report(name: string, floor: Timing, work: Timing, aim: string): void {
  const ratio = (work.median / floor.median).toFixed(2)
  console.log(`${name.padEnd(58)} ${ratio.padStart(7)} ×   aim ${aim.padEnd(10)} ${inMs(work)} over ${inMs(floor)}`)
}

function inMs({ median, p90 }: Timing): string {
  return `${median.toFixed(3)} ms (p90 ${p90.toFixed(3)})`
}

/** How evenly a number of shares is spread: 1 when all are equal, 1/n when one has it all. */
export function jainFairness(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0)
  const squares = shares.reduce((total, share) => total + share * share, 0)
  return (sum * sum) / (shares.length * squares)
}

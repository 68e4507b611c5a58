import type { CheckedFact } from './check-facts.ts'

const MARKS = { confirmed: '✓', refuted: '✗', unknown: '?' } as const

/** One fact and what was seen of it. */
export function factLine({ verdict, claim, saw }: CheckedFact): string {
  return `${MARKS[verdict]} ${verdict.padEnd(9)} ${claim}\n              ${saw.trim().replaceAll(/\s*\n\s*/g, ' | ')}`
}

/** How many facts hold, those that don't, and what failed. */
export function summary(facts: readonly CheckedFact[], failed: readonly string[]): string {
  const count = (verdict: CheckedFact['verdict']) => facts.filter((fact) => fact.verdict === verdict)
  const lines = [
    `${count('confirmed').length} facts confirmed, ${count('refuted').length} refuted, ${count('unknown').length} unknown.`,
    ...[...count('refuted'), ...count('unknown')].map(factLine),
    ...failed.map((name) => `✗ failed: ${name}`),
  ]
  return lines.join('\n')
}

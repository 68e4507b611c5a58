import type { ConsumerProject } from '../integration/consumer/consumer-project.ts'
import { compare } from './measure.ts'

const RUNS = 7

/** A runner's program and its words. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
}

/** Runs two projects in turns, after each once untimed, which starts the container; prints what `project` takes longer. */
export async function reportAddedTime(
  name: string,
  { program, args, env }: Command,
  bare: ConsumerProject,
  project: ConsumerProject,
): Promise<void> {
  const run = async (one: ConsumerProject) => {
    const { exitCode, output } = await one.start(program, args, env).ended
    if (exitCode !== 0) throw new Error(output)
  }
  const { floor, work } = await compare(
    RUNS,
    () => run(bare),
    () => run(project),
  )
  const { median, fastest } = floor
  const added = `+${(work.median - median).toFixed(0)} ms over ${median.toFixed(0)} ms`
  const atBest = `the fastest +${(work.fastest - fastest).toFixed(0)} ms over ${fastest.toFixed(0)} ms`
  console.log(`${name.padEnd(50)} ${added}, ${atBest}   aim ≤ 300 ms`)
}

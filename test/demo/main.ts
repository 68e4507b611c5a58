// The main job, shown: two projects test against IRIS at the same time, each on its own container and port; then both
// once more, each on the port it had.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { demoEnvironment } from './demo-environment.ts'
import { findLeftovers, isAlive, removeContainers } from './leftovers.ts'
import { copyProject } from './project-copy.ts'
import { describeRound, type ProjectOutcome, roundProblems, runAtOnce, wereSideBySide } from './round.ts'

const example = join(import.meta.dirname, '../../examples/vitest')
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-devtester-demo-')))
const home = join(folder, 'registry')
const projects = ['patients-a', 'patients-b'].map((name) => join(folder, name))
const groups: number[] = []
const engine = await findEngine()

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abandon(signal))

const problems: string[] = []
try {
  for (const project of projects) copyProject(example, project)
  console.log('\nTwo projects run their tests at the same time, each against its own IRIS:\n')
  const first = await round()
  console.log('\nBoth again. Each gets the port it had:\n')
  const second = await round()
  if (portsOf(first) !== portsOf(second))
    problems.push(`Other ports than before: ${portsOf(first)}, ${portsOf(second)}`)
  const ports = first.flatMap(({ outcome: { ready } }) => (ready ? [ready.port, ready.webPort] : [])).filter(Boolean)
  problems.push(...(await findLeftovers(engine, { home, ports, groups })))
} finally {
  await removeContainers(engine, home)
  rmSync(folder, { recursive: true, force: true })
}

if (problems.length === 0) {
  console.log(
    '\n✓ Same ports both times. Asked the engine, the registry, the ports and the process table: nothing is left.',
  )
} else {
  console.error(`\n✗ ${problems.join('\n✗ ')}`)
  process.exitCode = 1
}

async function round(): Promise<ProjectOutcome[]> {
  const outcomes = await runAtOnce(projects, demoEnvironment(process.env, home), (group) => groups.push(group))
  console.log(`\n${describeRound(outcomes)}`)
  if (wereSideBySide(outcomes)) console.log('Both containers ran at the same time.')
  problems.push(...roundProblems(outcomes))
  return outcomes
}

function portsOf(outcomes: readonly ProjectOutcome[]): string {
  return outcomes.map(({ outcome: { ready } }) => `${ready?.port}/${ready?.webPort}`).join(' ')
}

/** Ends the runs and takes away what they can't any more. */
async function abandon(signal: NodeJS.Signals): Promise<void> {
  for (const group of groups.filter(isAlive)) process.kill(-group, 'SIGKILL')
  await removeContainers(engine, home)
  rmSync(folder, { recursive: true, force: true })
  process.exit(signal === 'SIGINT' ? 130 : 143)
}

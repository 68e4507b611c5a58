// The main job, shown: projects with Vitest, Jest and Playwright test against IRIS at the same time, each on its own
// container and port; then all again while their containers are warm, and once more after those were stopped. The ports
// stay theirs.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { findBrowser } from '../setup/browser.mjs'
import { demoEnvironment } from './demo-environment.ts'
import { DEMO_PROJECTS } from './demo-project.ts'
import { removeLeftovers, waitForNoLeftovers } from './leftovers.ts'
import { copyProject } from './project-copy.ts'
import { describeRound, type ProjectOutcome, roundProblems, runAtOnce, wereSideBySide } from './round.ts'

const rounds = [
  ['Projects with Vitest, Jest and Playwright run their tests at the same time, each against its own IRIS:', 'warm'],
  ['All again. Their containers are still warm; stop them this time:', 'stop'],
  ['Once more. The containers are gone and their ports free, but remembered:', 'stop'],
] as const
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-devtester-demo-')))
const home = join(folder, 'registry')
const browser = findBrowser(process.env)
const projects = DEMO_PROJECTS.filter(({ needsBrowser }) => !needsBrowser || browser !== undefined).map((project) => ({
  ...project,
  folder: join(folder, project.name),
}))
const groups: number[] = []
const engine = await findEngine()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => abandon(128 + constants.signals[signal]))
  // A second one doesn't cut the cleaning up short.
  process.on(signal, () => {})
}
// Nobody reads any more: `npm start | head`.
process.stdout.once('error', () => abandon(128 + constants.signals.SIGPIPE)).on('error', () => {})

const problems: string[] = []
if (browser === undefined)
  console.log('\nWithout a browser the Playwright project is left out: npx playwright install chromium')
try {
  for (const project of projects) copyProject(project.example, project.folder)
  const outcomes: ProjectOutcome[][] = []
  for (const [title, keep] of rounds) {
    outcomes.push(await round(title, keep))
    if (problems.length > 0) break
  }
  const ports = outcomes.map(portsOf)
  if (new Set(ports).size > 1) problems.push(`The ports changed from round to round: ${ports.join(', then ')}`)
  problems.push(...(await waitForNoLeftovers(engine, { home, ports: outcomes.flat().flatMap(portNumbers), groups })))
} finally {
  await cleanUp()
}

if (problems.length === 0) {
  console.log(
    '\n✓ The same ports every time. Asked the engine, the registry, the ports and the process table: nothing is left.',
  )
} else {
  console.error(`\n✗ ${problems.join('\n✗ ')}`)
  process.exitCode = 1
}

async function round(title: string, keep: 'warm' | 'stop'): Promise<ProjectOutcome[]> {
  console.log(`\n${title}\n`)
  const outcomes = await runAtOnce(projects, demoEnvironment(process.env, home, keep), (group) => groups.push(group))
  console.log(`\n${describeRound(outcomes)}`)
  if (wereSideBySide(outcomes)) console.log('All containers ran at the same time.')
  problems.push(...roundProblems(outcomes))
  return outcomes
}

function portsOf(outcomes: readonly ProjectOutcome[]): string {
  return outcomes.flatMap(portNumbers).join(' ')
}

function portNumbers({ outcome: { ready } }: ProjectOutcome): number[] {
  return ready ? [ready.port, ready.webPort].filter((port) => port !== 0) : []
}

async function abandon(exitCode: number): Promise<void> {
  await cleanUp()
  process.exit(exitCode)
}

async function cleanUp(): Promise<void> {
  await removeLeftovers(engine, home)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

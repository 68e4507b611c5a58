import { type InstalledProject, type RunOutcome, startProjectRun } from './project-run.ts'
import { formatTable } from './table.ts'

/** A project's name and how its run went. */
export interface ProjectOutcome {
  readonly project: string
  readonly outcome: RunOutcome
}

/**
 * Runs the tests of all projects at the same time and prints what each says, its name in front.
 *
 * @param onStart gets the process group of each run as it starts
 */
export function runAtOnce(
  projects: readonly InstalledProject[],
  env: NodeJS.ProcessEnv,
  onStart: (group: number) => void,
): Promise<ProjectOutcome[]> {
  return Promise.all(
    projects.map(async (project) => {
      const run = startProjectRun(project, env, (line) => {
        if (isWorthShowing(line)) console.log(`  ${project.name.padEnd(12)} │ ${line.trim()}`)
      })
      onStart(run.pid)
      return { project: project.name, outcome: await run.outcome }
    }),
  )
}

/** The table of who got what. */
export function describeRound(outcomes: readonly ProjectOutcome[]): string {
  return formatTable(
    ['project', 'superserver', 'web', 'container', 'image', 'time to ready', 'tests'],
    outcomes.map(({ project, outcome: { ready, exitCode } }) => [
      project,
      ready?.port ?? '—',
      ready?.webPort || '—',
      ready?.container ?? '—',
      ready?.image ?? '—',
      ready ? `${ready.seconds} s, ${ready.start}` : '—',
      exitCode === 0 ? 'pass' : `exit code ${exitCode}`,
    ]),
  )
}

/** Whether all were ready before the first one ended. */
export function wereSideBySide(outcomes: readonly ProjectOutcome[]): boolean {
  const lastReady = Math.max(...outcomes.map(({ outcome }) => outcome.readyAt))
  return lastReady < Math.min(...outcomes.map(({ outcome }) => outcome.endedAt))
}

/** What is wrong with a round: failed runs with all they printed, ports given twice. */
export function roundProblems(outcomes: readonly ProjectOutcome[]): string[] {
  const failed = outcomes.filter(({ outcome }) => outcome.exitCode !== 0 || !outcome.ready)
  const ports = outcomes.flatMap(({ outcome }) => (outcome.ready ? [outcome.ready.port] : []))
  return [
    ...failed.map(
      ({ project, outcome }) => `${project}: its tests ended with exit code ${outcome.exitCode}:\n${outcome.output}`,
    ),
    ...(new Set(ports).size < ports.length ? [`A port was given twice: ${ports.join(', ')}`] : []),
  ]
}

function isWorthShowing(line: string): boolean {
  return /IRIS (ready|pulls|warning)|booting|^\s*Tests:? |^\s*\d+ (passed|failed)|FAIL|Error/.test(line)
}

import { basename } from 'node:path'
import { type RunOutcome, startProjectRun } from './project-run.ts'
import { formatTable } from './table.ts'

/** A project's folder and how its run went. */
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
  folders: readonly string[],
  env: NodeJS.ProcessEnv,
  onStart: (group: number) => void,
): Promise<ProjectOutcome[]> {
  return Promise.all(
    folders.map(async (folder) => {
      const project = basename(folder)
      const run = startProjectRun(folder, env, (line) => {
        if (isWorthShowing(line)) console.log(`  ${project} │ ${line.trim()}`)
      })
      onStart(run.pid)
      return { project, outcome: await run.outcome }
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
      ({ project, outcome }) => `${project}: vitest run ended with exit code ${outcome.exitCode}:\n${outcome.output}`,
    ),
    ...(new Set(ports).size < ports.length ? [`A port was given twice: ${ports.join(', ')}`] : []),
  ]
}

function isWorthShowing(line: string): boolean {
  return /IRIS (ready|pulls|warning)|booting|^\s*Tests |FAIL|Error/.test(line)
}

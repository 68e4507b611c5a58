import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import type { DemoProject } from './demo-project.ts'
import { parseReadyLine, type ReadyLine } from './ready-line.ts'

/** How one run of a project's tests went. */
export interface RunOutcome {
  readonly exitCode: number
  readonly output: string
  /** `undefined` when no IRIS was ever ready. */
  readonly ready: ReadyLine | undefined
  /** When that was, and when the run ended, as `performance.now()` says. */
  readonly readyAt: number
  readonly endedAt: number
  /** The run's process and the group it leads. */
  readonly pid: number
}

/** A run under way. */
export interface ProjectRun {
  readonly pid: number
  readonly outcome: Promise<RunOutcome>
}

/** A project in its place, its packages installed. */
export interface InstalledProject extends DemoProject {
  readonly folder: string
}

/**
 * Starts a project's tests, as a process group of its own so that everything it starts can be found and ended.
 *
 * @param onLine gets each line it prints, standard output and error alike
 */
export function startProjectRun(
  project: InstalledProject,
  env: NodeJS.ProcessEnv,
  onLine: (line: string) => void,
): ProjectRun {
  const { folder, program } = project
  const child = spawn(process.execPath, [join(folder, 'node_modules', program), ...project.arguments], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  })
  const pid = child.pid ?? 0
  let output = ''
  let ready: ReadyLine | undefined
  let readyAt = 0
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream.pipe(new PassThrough())).on('line', (line) => {
      output += `${line}\n`
      const parsed = parseReadyLine(line)
      if (parsed) {
        ready = parsed
        readyAt = performance.now()
      }
      onLine(line)
    })
  }
  const outcome = new Promise<RunOutcome>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) =>
      resolve({ exitCode: code ?? 1, output, ready, readyAt, endedAt: performance.now(), pid }),
    )
  })
  return { pid, outcome }
}

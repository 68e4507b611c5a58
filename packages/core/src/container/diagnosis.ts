import { cliCommand } from '../errors/cli-command.ts'
import { type ContainerErrorCode, IrisContainerError } from './container-error.ts'

/** What is known of a container that failed to become or stay ready. */
export interface Evidence {
  readonly container: string
  readonly image: string
  /** Output since its last start, oldest line first. */
  readonly lines: readonly string[]
  /** Set when its main process ended. */
  readonly exitCode?: number
  readonly oomKilled?: boolean
  /** Set when the deadline passed: how long it was waited for, in ms, and what was still awaited. */
  readonly timeout?: { readonly ms: number; readonly phase: string }
}

const TAIL_LINES = 50

interface FatalLine {
  readonly pattern: RegExp
  readonly code: ContainerErrorCode
  readonly message: string
  readonly hint: (evidence: Evidence) => string
}

/**
 * Lines after which IRIS won't come up. Order matters: the first that matches explains the failure.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=ADOCK
 */
const FATAL_LINES: readonly FatalLine[] = [
  {
    // Despite the wording of the first, both nearly always mean that the image is over a year old.
    pattern: /Invalid Community Edition license|Community License expired/i,
    code: 'IRIS_LICENSE_EXPIRED',
    message: 'Its Community licence has expired: an image stops working about a year after its release.',
    hint: ({ image }) => `Pull a newer image: docker pull ${untagged(image)}:latest-em`,
  },
  {
    pattern:
      /merge file.*(cannot|can't|could not|unable|not readable|not found|permission)|unable to open merge file|ERROR.*CPF merge|Merge.*failed/i,
    code: 'IRIS_MERGE_FILE_UNREADABLE',
    message: 'It could not read or apply the configuration merge file.',
    hint: () =>
      'Check the option mergeLines: each line must be of a known section, for example [config] globals=0,0,256,0,0,0.',
  },
  {
    pattern: /exec format error/i,
    code: 'IMAGE_WRONG_ARCHITECTURE',
    message: "The image is made for another architecture than the engine's.",
    hint: ({ image }) =>
      `Use a multi-architecture tag such as intersystems/iris-community:latest-em. This image's architecture: docker image inspect --format '{{.Architecture}}' ${image}`,
  },
  {
    pattern: /\*\* Startup aborted \*\*/i,
    code: 'IRIS_STARTUP_ABORTED',
    message: 'It aborted its start.',
    hint: ({ container }) => `See why in its log: docker logs ${container}`,
  },
  {
    pattern:
      /\[ERROR\] Command "iris start \S+ quietly" exited with status|Durable folder: .* does not exist|ERROR #5001: Cannot create target/i,
    code: 'IRIS_STARTUP_ABORTED',
    message: 'It could not start.',
    hint: () => 'Check mounts and ISC_DATA_DIRECTORY: the folder must be writable for uid 51773.',
  },
]

/** Whether a line of output says that waiting any longer is useless. */
export function isFatal(line: string): boolean {
  return FATAL_LINES.some(({ pattern }) => pattern.test(line))
}

/** Turns the evidence of a failed start into one error: what happened, how it is known, and what fixes it. */
export function diagnose(evidence: Evidence): IrisContainerError {
  const { lines, exitCode } = evidence
  const fatal = FATAL_LINES.find(({ pattern }) => lines.some((line) => pattern.test(line)))
  if (fatal) return failure(evidence, fatal.code, fatal.message, fatal.hint(evidence))
  if (evidence.oomKilled || exitCode === 137) {
    return failure(
      evidence,
      'IRIS_OUT_OF_MEMORY',
      evidence.oomKilled
        ? 'The engine killed it for want of memory.'
        : 'It was killed (SIGKILL), most often for want of memory, else by somebody: docker kill.',
      'Give the engine more memory, raise the memoryMb option, or lower globalBuffersMb.',
    )
  }
  if (lines.some((line) => line.includes('<LICENSE LIMIT EXCEEDED>'))) {
    return failure(
      evidence,
      'IRIS_LICENSE_UNITS_EXHAUSTED',
      'It is out of licence units: a Community Edition has 8 connections.',
      `Use fewer workers or the isolation "run", or free all units: ${cliCommand()} restart`,
    )
  }
  if (exitCode !== undefined) {
    return failure(
      evidence,
      'IRIS_EXITED',
      `It ended with exit code ${exitCode} before it was ready.`,
      remedyFor(evidence),
    )
  }
  const { ms = 0, phase = 'start' } = evidence.timeout ?? {}
  return failure(
    evidence,
    'IRIS_START_TIMEOUT',
    `It was not ready within ${Math.round(ms / 100) / 10} s; still awaited: ${phase}.`,
    `Start it by hand and watch it: docker run --rm -it ${evidence.image}\nOn a slow machine allow more time: the option startupTimeoutMs or withStartupTimeout(), in ms.`,
  )
}

function remedyFor({ lines, exitCode, image }: Evidence): string {
  if (exitCode === 126 || exitCode === 127) {
    return `The image's program could not be run. Is ${image} an IRIS image?\ndocker image inspect --format '{{.Config.Entrypoint}}' ${image}`
  }
  return lines.length === 0
    ? `Start it by hand and watch it: docker run --rm -it ${image}`
    : 'The last lines of its log, above, say why.'
}

function failure(evidence: Evidence, code: ContainerErrorCode, what: string, hint: string): IrisContainerError {
  const { container, image, lines, exitCode, oomKilled } = evidence
  const logTail = lines.slice(-TAIL_LINES)
  const log =
    logTail.length === 0 ? 'It wrote nothing.' : `Its last lines:\n${logTail.map((line) => `  | ${line}`).join('\n')}`
  return new IrisContainerError({
    code,
    message: `IRIS did not start in container ${container} (image ${image}). ${what}\n${log}`,
    hint,
    details: { container, image, logTail, exitCode, oomKilled },
  })
}

function untagged(image: string): string {
  return image.replace(/(:[\w.-]+)?(@.*)?$/, '')
}

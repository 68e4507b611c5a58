import type { PullProgress } from '../../container/pull-image.ts'
import type { StartPhase } from '../../container/readiness-request.ts'

/** What is reported once an IRIS is ready. */
export interface ReadyReport {
  /** The image's name. */
  readonly image: string
  /** Where its ports are reached. */
  readonly host: string
  /** The superserver's host port. */
  readonly port: number
  /** The web server's host port; `0` when there is none. */
  readonly webPort: number
  /** The container's name. */
  readonly containerName: string
  /** `warm`: it ran already; `cold`: it was started or created for this run. */
  readonly start: 'warm' | 'cold'
  /** How long it took, in ms. */
  readonly milliseconds: number
}

/** Receives the progress of a start. */
export interface StartReporter {
  /** The image is being pulled; `progress` is `undefined` until its size is known. */
  pulling(image: string, progress: PullProgress | undefined): void
  /**
   * The start has come this far.
   *
   * @param containerName empty while another run prepares it.
   */
  starting(containerName: string, phase: StartPhase | 'waiting'): void
  /** IRIS accepts connections. */
  ready(report: ReadyReport): void
  /** Something the user should know, in a sentence. */
  warning(text: string): void
  /** The start has failed; whatever is still on the line is taken away. */
  failed(): void
}

/** Says nothing. */
export const quietReporter: StartReporter = {
  pulling() {},
  starting() {},
  ready() {},
  warning() {},
  failed() {},
}

const PHASES = {
  waiting: 'another run is starting it',
  boot: 'booting',
  superserver: 'waiting for the superserver',
  login: 'logging in',
} as const

interface Output {
  readonly isTTY?: boolean
  /** The terminal's width, in characters. */
  readonly columns?: number
  write(text: string): unknown
}

/** A stream of plain lines, or on a terminal one line that changes, then one that stays. */
export function streamReporter(output: Output, clock: () => number = () => performance.now()): StartReporter {
  const live = output.isTTY === true
  let shown = ''
  let lastPlain = Number.NEGATIVE_INFINITY
  const clear = () => {
    if (live && shown !== '') output.write('\r\u001b[2K')
    shown = ''
  }
  /** Off a terminal the first text about a subject is a line, and what follows comes every ten seconds at most. */
  const show = (subject: string, text: string) => {
    if (live) {
      clear()
      // A line that wraps could not be taken away again.
      output.write(text.slice(0, Math.max(20, (output.columns ?? 80) - 1)))
    } else if (subject !== shown || clock() - lastPlain >= 10_000) {
      output.write(`${text}\n`)
      lastPlain = clock()
    }
    shown = subject
  }
  return {
    pulling: (image, progress) => show(`pull ${image}`, pullText(image, progress, live)),
    starting: (containerName, phase) =>
      show('start', `IRIS starts  ${containerName && `${containerName}  `}${PHASES[phase]} …`),
    ready(report) {
      clear()
      output.write(`${readyText(report)}\n`)
    },
    warning(text) {
      clear()
      output.write(`IRIS warning  ${text}\n`)
    },
    failed: clear,
  }
}

function pullText(image: string, progress: PullProgress | undefined, live: boolean): string {
  if (!progress || progress.totalBytes === 0) return `IRIS pulls  ${image} …`
  const { receivedBytes, totalBytes } = progress
  const share = Math.min(1, receivedBytes / totalBytes)
  const bar = live ? `[${'#'.repeat(Math.round(share * 20)).padEnd(20, '.')}] ` : ''
  return `IRIS pulls  ${image}  ${bar}${megabytes(receivedBytes)} of ${megabytes(totalBytes)} MB`
}

function readyText({ image, host, port, webPort, containerName, start, milliseconds }: ReadyReport): string {
  const web = webPort === 0 ? 'no web server' : `web ${host}:${webPort}`
  const seconds = (milliseconds / 1_000).toFixed(milliseconds < 100 ? 3 : 1)
  return `IRIS ready  ${image}  superserver ${host}:${port}  ${web}  container ${containerName}  ${start}  ${seconds} s`
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1)
}

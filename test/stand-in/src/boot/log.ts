/** Where the instance's log lines go: one whole line at a time, without its end. */
export type WriteLine = (line: string) => void

/** The two voices of an IRIS container's output: `iris-main`'s own and the instance's `messages.log`. */
export class Log {
  readonly #write: WriteLine

  constructor(write: WriteLine) {
    this.#write = write
  }

  /** A line of `iris-main` itself: `[INFO] Starting InterSystems IRIS instance IRIS...`. */
  main(level: 'INFO' | 'ERROR' | 'FATAL', text: string): void {
    this.#write(`[${level}] ${text}`)
  }

  /** A line of `messages.log`: `MM/DD/YY-HH:MM:SS:mmm (pid) severity [source] text`. */
  event(text: string, { severity = 0, source = 'Utility.Event' }: { severity?: number; source?: string } = {}): void {
    this.#write(`${formatLogTime(new Date())} (${process.pid}) ${severity} [${source}] ${text}`)
  }

  /** A line that carries no prefix. */
  plain(text: string): void {
    this.#write(text)
  }
}

/** `MM/DD/YY-HH:MM:SS:mmm`, local time. */
function formatLogTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const day = `${two(time.getMonth() + 1)}/${two(time.getDate())}/${two(time.getFullYear() % 100)}`
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`
  return `${day}-${clock}:${String(time.getMilliseconds()).padStart(3, '0')}`
}

/** What the adapter prints when a run's IRIS can be used. */
export interface ReadyLine {
  readonly image: string
  readonly port: number
  /** `0` when the image has no web server. */
  readonly webPort: number
  readonly container: string
  /** Whether the container was started for this run or was still there. */
  readonly start: string
  readonly seconds: number
}

const form =
  /IRIS ready\s+(?<image>\S+)\s+superserver \S+:(?<port>\d+)\s+(?:web \S+:(?<webPort>\d+)|no web server)\s+container (?<container>\S+)\s+(?<start>\w+)\s+(?<seconds>[\d.]+) s/

/** Reads the line, or gives `undefined` for any other. */
export function parseReadyLine(line: string): ReadyLine | undefined {
  const { image = '', port, webPort, container = '', start = '', seconds } = form.exec(line)?.groups ?? {}
  if (!port) return undefined
  return { image, port: Number(port), webPort: Number(webPort ?? 0), container, start, seconds: Number(seconds) }
}

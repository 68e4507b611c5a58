import type { PortChoice, RegistryDocument } from '@iris-devtester/core/ports'

/** Neighbouring ports in one: `[[first, last], …]`, in the order in which they were. */
export function portRuns(ports: readonly number[]): [first: number, last: number][] {
  const runs: [number, number][] = []
  for (const port of ports) {
    const run = runs.at(-1)
    if (run && port === run[1] + 1) run[1] = port
    else runs.push([port, port])
  }
  return runs
}

/** The document with another port than the first choice for the assignment that has just been made. */
export function withPort(document: RegistryDocument, choice: PortChoice, port: number): RegistryDocument {
  const { projectPath, service, ports } = choice
  if (port === ports[0]) return document
  const isMeant = (one: { readonly project_path: string; readonly service?: string }) =>
    one.project_path === projectPath && (one.service ?? 'iris') === service
  const entry = document.history.findIndex((one) => isMeant(one) && one.port === ports[0])
  return {
    ...document,
    assignments: moved(document.assignments, isMeant, port),
    service_assignments: moved(document.service_assignments, isMeant, port),
    history: moved(document.history, (one) => one === document.history[entry], port),
  }
}

function moved<T extends { readonly port: number }>(records: T[], isMeant: (one: T) => boolean, port: number): T[] {
  const place = records.findIndex(isMeant)
  return place < 0 ? records : records.with(place, { ...(records[place] as T), port })
}

/** The namespaces that are made for one worker, or for a run. */
const OWN = /^IDT[0-9A-F]{8}([RWF])\d+$/

/** Whether a namespace is one worker's own, for which nobody else looks. */
export function isOwnNamespace(namespace: string, workers: number): boolean {
  const [, kind] = OWN.exec(namespace.toUpperCase()) ?? []
  return kind === 'W' || kind === 'F' || (kind === 'R' && workers === 1)
}

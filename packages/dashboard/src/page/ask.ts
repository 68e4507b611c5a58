import type { Refusal } from '../state.ts'

/** What the server refused, in its words. */
export class Refused extends Error {
  readonly hint: string | undefined

  constructor({ message, hint }: Refusal) {
    super(message)
    this.hint = hint
  }
}

/** Asks the server, with a body where there is one. @throws Refused */
export async function ask<T>(path: string, body?: object): Promise<T> {
  const init = body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(path, init).catch(() => {
    // A browser doesn't say why.
    throw new Refused({ error: 'AWAY', message: 'The dashboard does not answer.' })
  })
  // What answers may be something else than the dashboard by now.
  const value = (await response.json().catch(() => ({ message: `The dashboard answered ${response.status}.` }))) as T
  if (!response.ok) throw new Refused(value as Refusal)
  return value
}

/** What there is to say about a failure. */
export function wordsOf(error: unknown): string {
  if (error instanceof Refused) return error.hint ? `${error.message} ${error.hint}` : error.message
  return error instanceof Error ? error.message : String(error)
}

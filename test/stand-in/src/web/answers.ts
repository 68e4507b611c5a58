/** An answer on its way out. */
export interface Answer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string | string[]>>
}

/** One entry of Atelier's `status.errors`. */
export interface StatusError {
  readonly code: number
  readonly domain: string
  readonly error: string
  readonly id: string
  readonly params: readonly string[]
}

/** An answer in Atelier's envelope. */
export function envelope(
  result: unknown,
  { status = 200, errors = [], console = [] }: { status?: number; errors?: StatusError[]; console?: string[] } = {},
): Answer {
  const summary = errors.map(({ error }) => error).join('\r\n')
  return {
    status,
    body: JSON.stringify({ status: { errors, summary }, console, result }),
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
  }
}

export function statusError(error: string, params: readonly string[] = [], id = 'GeneralError'): StatusError {
  return { code: Number(/#(\d+)/.exec(error)?.[1] ?? 5001), domain: '%ObjectErrors', error, id, params }
}

/** A refusal outside the envelope, as the web gateway gives it. */
export function refusal(status: 401 | 403 | 404 | 503, text: string): Answer {
  const headers: Record<string, string> = { 'Content-Type': 'text/html; charset=utf-8' }
  if (status === 401) headers['WWW-Authenticate'] = 'Basic realm="/api/atelier/"'
  return { status, body: `<html><head><title>${status}</title></head><body>${text}</body></html>`, headers }
}

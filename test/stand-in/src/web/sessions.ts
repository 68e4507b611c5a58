import { randomBytes } from 'node:crypto'
import type { Instance } from '../instance/instance.ts'
import type { User } from '../security/users.ts'
import { type Answer, refusal } from './answers.ts'

const COOKIE = 'CSPSESSIONID-SP-52773-UP-api-atelier-'

export interface Session {
  readonly id: string
  readonly user: User
}

/** Who is calling: by cookie or, the first time, by name and password. */
export class Sessions {
  readonly #instance: Instance
  readonly #sessions = new Map<string, Session>()

  constructor(instance: Instance) {
    this.#instance = instance
  }

  /** The caller's session, which holds a licence unit from now on; a refusal where there can't be one. */
  admit(headers: {
    readonly cookie?: string | undefined
    readonly authorization?: string | undefined
  }): Session | Answer {
    const known = this.#byCookie(headers.cookie)
    const session = known ?? this.#signOn(headers.authorization)
    if ('status' in session) return session
    if (!this.#instance.takeUnit(`web ${session.id}`, this.#instance.switches.licenseHoldMs)) {
      return refusal(503, 'Service Unavailable: &lt;LICENSE LIMIT EXCEEDED&gt;')
    }
    this.#sessions.set(session.id, session)
    return session
  }

  /** Ends a session and gives its licence unit back. */
  end(session: Session): void {
    this.#sessions.delete(session.id)
    this.#instance.licenses.release(`web ${session.id}`)
  }

  /** The `Set-Cookie` headers that let the caller's next call be part of this session. */
  cookies(session: Session): string[] {
    return [
      `${COOKIE}=${session.id}; path=/api/atelier/; httpOnly; sameSite=strict`,
      'CSPWSERVERID=stand-in; path=/; httpOnly',
    ]
  }

  #byCookie(header = ''): Session | undefined {
    for (const pair of header.split(';')) {
      const [name, value] = pair.trim().split('=')
      if (name === COOKIE && value) return this.#sessions.get(value)
    }
    return undefined
  }

  #signOn(authorization = ''): Session | Answer {
    const [, encoded] = /^Basic (\S+)$/i.exec(authorization) ?? []
    if (!encoded || !this.#instance.allowsPasswords('%Service_WebGateway')) return refusal(401, 'Unauthorized')
    const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? []
    const outcome = this.#instance.signOn.check(name ?? '', password ?? '')
    if (outcome.kind === 'throttled') return refusal(503, 'Service Unavailable')
    if (outcome.kind === 'change-password') return refusal(403, 'Password change required')
    if (outcome.kind === 'denied') return refusal(401, 'Unauthorized')
    return { id: randomBytes(16).toString('hex'), user: outcome.user }
  }
}

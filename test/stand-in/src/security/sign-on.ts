import { passwordMatches } from './password-hash.ts'
import type { User, Users } from './users.ts'

/** What comes of a name and a password. */
export type SignOnOutcome =
  | { readonly kind: 'ok'; readonly user: User }
  | { readonly kind: 'denied' }
  | { readonly kind: 'change-password' }
  | { readonly kind: 'throttled' }

const FAILURES_ALLOWED = 5
const THROTTLE_MS = 60_000

/** Checks credentials and keeps count of the failures. */
export class SignOn {
  readonly #users: Users
  readonly #refuseAll: boolean
  readonly #failures = new Map<string, { count: number; last: number }>()

  constructor(users: Users, refuseAll: boolean) {
    this.#users = users
    this.#refuseAll = refuseAll
  }

  check(name: string, password: string): SignOnOutcome {
    const key = name.toLowerCase()
    const failures = this.#failures.get(key)
    if (failures && failures.count >= FAILURES_ALLOWED && Date.now() - failures.last < THROTTLE_MS) {
      return { kind: 'throttled' }
    }
    const user = this.#users.get(name)
    if (this.#refuseAll || !user?.enabled || !passwordMatches(password, user.password)) {
      this.#failures.set(key, { count: (failures?.count ?? 0) + 1, last: Date.now() })
      return { kind: 'denied' }
    }
    this.#failures.delete(key)
    return user.changePassword ? { kind: 'change-password' } : { kind: 'ok', user }
  }
}

import { hashPassword, type PasswordHash } from './password-hash.ts'

/** An account, as far as signing on depends on it. */
export interface User {
  readonly name: string
  password: PasswordHash
  roles: string
  enabled: boolean
  /** The password must be changed before anything else can be done. */
  changePassword: boolean
  passwordNeverExpires: boolean
  namespace: string
}

/** The instance's accounts; their names are case-insensitive. */
export class Users {
  readonly #users = new Map<string, User>()

  constructor(users: readonly User[]) {
    for (const user of users) this.put(user)
  }

  get(name: string): User | undefined {
    return this.#users.get(name.toLowerCase())
  }

  put(user: User): void {
    this.#users.set(user.name.toLowerCase(), user)
  }

  list(): User[] {
    return [...this.#users.values()]
  }

  /** Lifts the forced change for the names that match a pattern with `*`. */
  unexpire(pattern: string): void {
    const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
    for (const user of this.list()) {
      if (!new RegExp(`^${escaped}$`, 'i').test(user.name)) continue
      user.changePassword = false
      user.passwordNeverExpires = true
    }
  }
}

/** The accounts of a fresh instance: the password is `SYS` and must be changed at the first sign-on. */
export function predefinedUsers(password = 'SYS'): User[] {
  const hash = hashPassword(password)
  return ['_SYSTEM', 'SuperUser'].map((name) => ({
    name,
    password: hash,
    roles: '%All',
    enabled: true,
    changePassword: true,
    passwordNeverExpires: false,
    namespace: '',
  }))
}

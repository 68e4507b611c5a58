import { pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'

/** How a password is kept: hex texts as in a merge file's `PasswordHash`. */
export interface PasswordHash {
  readonly hash: string
  readonly salt: string
  readonly iterations: number
  readonly algorithm: string
}

/** Hashes a password as IRIS does by default. */
export function hashPassword(password: string): PasswordHash {
  const salt = randomBytes(64)
  const hash = pbkdf2Sync(password, salt, 10_000, 64, 'sha512')
  return { hash: hash.toString('hex'), salt: salt.toString('hex'), iterations: 10_000, algorithm: 'SHA512' }
}

/** `<hash>,<salt>,<iterations>,<algorithm>`; `undefined` when the text has another form. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, hash, salt, iterations, algorithm] = /^([\da-f]{128}),((?:[\da-f]{2})+),(\d+),(SHA512)$/i.exec(text) ?? []
  if (!hash || !salt || !iterations || !algorithm) return undefined
  return { hash, salt, iterations: Number(iterations), algorithm }
}

export function passwordMatches(password: string, known: PasswordHash): boolean {
  const expected = Buffer.from(known.hash, 'hex')
  const salt = Buffer.from(known.salt, 'hex')
  return timingSafeEqual(expected, pbkdf2Sync(password, salt, known.iterations, expected.length, 'sha512'))
}

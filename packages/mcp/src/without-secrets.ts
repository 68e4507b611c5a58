const SECRET = /password|^url$|^IRIS_URL$/i
/** The user and the password in an address. */
const CREDENTIALS = /(\w:\/\/)[^\s/@]*:[^\s/@]*@/g

/** A copy of plain data without passwords, and without the addresses that contain one. */
export function withoutSecrets(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value, (key, one) => (SECRET.test(key) ? undefined : masked(one))))
}

function masked(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(CREDENTIALS, '$1***@') : value
}

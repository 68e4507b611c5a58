const SECRET = /password|^url$|^IRIS_URL$/i

/** A copy of plain data without passwords, and without the addresses that contain one. */
export function withoutSecrets(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value, (key, one) => (SECRET.test(key) ? undefined : one)))
}

/** What an address of whatever kind begins with, or what is meant as one; a drive's letter is none. */
const SCHEME = /^["'\s]*([a-z][a-z\d+.-]+:\/\/|postgres(?:ql)?:)/i

/** Whether it is an address rather than a path; it may be one that can't be used. */
export function isRegistryUrl(text: string): boolean {
  return SCHEME.test(text)
}

/** What an address begins with, as it is written. */
export function schemeOf(url: string): string {
  return SCHEME.exec(url)?.[1] ?? ''
}

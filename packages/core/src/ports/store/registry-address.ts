import { type LocationOptions, namedRegistry } from './registry-location.ts'

/** The address of a registry on a PostgreSQL server, in its parts. */
export interface RegistryAddress {
  /** All of it, with its password. */
  readonly url: string
  /** What the registry is known by: the address without user, password and options. */
  readonly id: string
}

/** The address where the options or the environment name one, and not a file. */
export function registryAddress(options: LocationOptions): RegistryAddress | undefined {
  const url = namedRegistry(options)
  if (url === undefined || !isRegistryUrl(url)) return undefined
  const [, rest = ''] = /^postgres(?:ql)?:\/\/([^?#]*)/i.exec(url) ?? []
  const [host = '', ...path] = rest.slice(rest.lastIndexOf('@') + 1).split('/')
  const name = host === '' || host.includes(':') ? host || 'localhost:5432' : `${host}:5432`
  return { url, id: `postgres://${name.toLowerCase()}/${path.join('/')}` }
}

/** Whether it is an address rather than a path. */
export function isRegistryUrl(text: string): boolean {
  return /^postgres(ql)?:\/\//i.test(text)
}

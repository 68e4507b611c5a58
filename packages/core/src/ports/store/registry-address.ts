import { PortRegistryError } from '../document/port-registry-error.ts'
import { type LocationOptions, namedRegistry } from './registry-location.ts'
import { isRegistryUrl, schemeOf } from './registry-scheme.ts'

/** The address of a registry on a PostgreSQL server, in its parts. */
export interface RegistryAddress {
  /** All of it, with its password. */
  readonly url: string
  /** What the registry is known by: host, port and database, without user, password and options. */
  readonly id: string
}

type Environment = Readonly<Record<string, string | undefined>>

const FORM = /^postgres(?:ql)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is
const HOST = /^(\[[\da-f:.%]+\]|[^\s:[\]]*)(?::(\d*))?$/i

/**
 * The address where the options or the environment name one, and not a file.
 *
 * @throws PortRegistryError `REGISTRY_ADDRESS_INVALID`, which says nothing of what may be its password
 */
export function registryAddress(options: LocationOptions): RegistryAddress | undefined {
  const named = namedRegistry(options)
  if (named === undefined || !isRegistryUrl(named)) return undefined
  const url = encoded(named.trim())
  return { url, id: idOf(url, options.env ?? process.env) }
}

/** The driver reads it as a URL: blanks and lone percent signs are taken as they are meant. */
function encoded(url: string): string {
  return url.replace(/ /g, '%20').replace(/%(?![\da-f]{2})/gi, '%25')
}

function idOf(url: string, env: Environment): string {
  if (!/^postgres(?:ql)?:\/\//i.test(url)) {
    const quoted = /^["']/.test(url) ? ', with a quotation mark before it' : ', and not with postgres://'
    throw invalid(`it begins with ${schemeOf(url)}${quoted}`)
  }
  const [, authority = '', path = '', query = ''] = (url.includes('#') ? undefined : FORM.exec(url)) ?? []
  const options = query === '' ? [] : query.split('&')
  const isCutOff = path.includes('@') && !authority.includes('@')
  if (url.includes('#') || isCutOff || options.some((one) => !/^\w+=/.test(one)))
    throw invalid('it has a #, / or ? that stands for itself, in the password perhaps')
  const at = authority.lastIndexOf('@') + 1
  if (!isDecodable(authority) || !isDecodable(path)) throw invalid('it has percent signs that mean nothing')
  const name = authority.slice(at)
  if (name.includes(',')) throw invalid('it names several hosts, and only one can be used')
  const [match, givenHost = '', givenPort = ''] = HOST.exec(name) ?? []
  if (match === undefined || Number(givenPort || 1) > 65_535 || Number(givenPort || 1) < 1)
    throw invalid('what stands for host and port is neither a name nor a number')
  const asked = new URLSearchParams(query)
  if (asked.has('service')) throw invalid('it names a service, and service files are not read')
  const database = decodeURI(path) || env.PGDATABASE
  if (!database) throw invalid('it names no database')
  // In the order in which the driver looks for them.
  const host = asked.get('host') || decodeURIComponent(givenHost) || env.PGHOST || 'localhost'
  const port = asked.get('port') || givenPort || env.PGPORT || '5432'
  return `postgres://${writtenHost(host)}:${port}/${encodeURI(database)}`
}

/** A host as it stands in an address: a socket's folder is one, too, and its name is as it is. */
function writtenHost(host: string): string {
  if (host.startsWith('/')) return encodeURIComponent(host)
  const plain = host.replace(/^\[|\]$/g, '').toLowerCase()
  return plain.includes(':') ? `[${plain}]` : plain
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    // A percent sign without two digits behind it.
    return false
  }
}

function invalid(reason: string): PortRegistryError {
  return new PortRegistryError({
    code: 'REGISTRY_ADDRESS_INVALID',
    message: `The port registry's address can't be used: ${reason}.`,
    hint: `Write it so: postgres://user:password@host:5432/database\nWrite a password with other characters than letters and digits as this prints it: node -p "encodeURIComponent(process.argv[1])" '<password>'`,
    details: { reason },
  })
}

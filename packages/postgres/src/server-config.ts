import { PortRegistryError } from '@iris-devtester/core/ports'
import pg from 'pg'

/** What the address says of the connection that the driver doesn't know, or understands in another way than libpq. */
export interface ServerConfig {
  readonly connectionString: string
  /** How long the server may take to be reached, in ms; `undefined` where the address doesn't say. */
  readonly connectTimeoutMs: number | undefined
}

/** libpq's modes that say whether there is TLS. The others leave it to the server whether the password is sent in the open. */
const MODES = ['disable', 'require', 'verify-ca', 'verify-full', 'no-verify']

/**
 * What the driver is to be told, so that the address means what it means to PostgreSQL's own programs.
 *
 * @throws PortRegistryError `REGISTRY_ADDRESS_INVALID`, which says nothing of the password
 */
export function serverConfig(url: string): ServerConfig {
  const start = url.indexOf('?') + 1
  const options = new URLSearchParams(start === 0 ? '' : url.slice(start))
  const mode = options.get('sslmode')
  if (mode !== null && !MODES.includes(mode)) {
    const known = `sslmode can be ${MODES.slice(0, 4).join(', ')}`
    throw invalid(
      `its sslmode is ${mode}`,
      /^(allow|prefer)$/.test(mode) ? `With that, the server decides whether there is TLS: ${known}` : `Here, ${known}`,
    )
  }
  const withMeaning = mode === null || options.has('uselibpqcompat') ? url : `${url}&uselibpqcompat=true`
  // Node has authorities of its own, which it goes by where none is named.
  const connectionString = withMeaning.replace(/([?&])sslrootcert=system(?=&|$)&?/, '$1')
  const seconds = Number(options.get('connect_timeout'))
  try {
    // It reads the certificates.
    new pg.Client({ connectionString })
  } catch (error) {
    const { code, path, message } = error as NodeJS.ErrnoException
    if (code !== undefined && path !== undefined)
      throw invalid(`${path}, which it names, can't be read (${code})`, `Look at the file: ls -l ${path}`)
    if (mode === 'verify-ca' && message.includes('sslrootcert'))
      throw invalid(
        'its sslmode is verify-ca, and it names no sslrootcert',
        'Name the authority’s certificate: sslrootcert=/path/to/ca.pem. Or say sslmode=verify-full',
      )
    // The driver's own error may contain all of the address.
    throw invalid("it can't be understood", 'Write it so: postgres://user:password@host:5432/database')
  }
  return { connectionString, connectTimeoutMs: seconds > 0 ? seconds * 1_000 : undefined }
}

function invalid(reason: string, hint: string): PortRegistryError {
  return new PortRegistryError({
    code: 'REGISTRY_ADDRESS_INVALID',
    message: `The port registry's address can't be used: ${reason}.`,
    hint,
    details: { reason },
  })
}

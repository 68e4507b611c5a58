/** Where a Docker-compatible engine answers. */
export type EngineEndpoint = SocketEndpoint | TcpEndpoint | SshEndpoint

/** A Unix socket or a Windows named pipe. */
export interface SocketEndpoint {
  /** A path in the file system, not a port. */
  readonly kind: 'socket'
  /** Absolute path: `/var/run/docker.sock`, `//./pipe/docker_engine`. */
  readonly path: string
  /** Where the endpoint was learned from: `DOCKER_HOST`, `context "colima"`, `default`. */
  readonly source: string
}

/** A TCP port, with TLS where `tls` is set. */
export interface TcpEndpoint {
  /** A port, not a path in the file system. */
  readonly kind: 'tcp'
  /** The host's name or address. */
  readonly host: string
  /** The port number. */
  readonly port: number
  /** Where the endpoint was learned from. */
  readonly source: string
  /** Absent for plain HTTP. */
  readonly tls?: TlsOptions
}

/** Another machine's engine, through that machine's `docker system dial-stdio`. */
export interface SshEndpoint {
  /** A login on another machine. */
  readonly kind: 'ssh'
  /** The host's name or address, or its alias in the configuration of ssh. */
  readonly host: string
  /** Who logs in; absent for what ssh decides. */
  readonly user?: string
  /** The port of the ssh server; absent for what ssh decides. */
  readonly port?: number
  /** The engine's socket on that machine; absent for what Docker decides there. */
  readonly path?: string
  /** Where the endpoint was learned from. */
  readonly source: string
}

/** How an engine's TLS port is spoken to; PEM texts. */
export interface TlsOptions {
  /** Who may have signed the engine's certificate. */
  readonly ca?: string
  /** Our certificate. */
  readonly cert?: string
  /** The key of our certificate. */
  readonly key?: string
  /** Whether the engine's certificate is checked. */
  readonly verify: boolean
  /** The folder of `ca.pem`, `cert.pem` and `key.pem`, where they came from one. */
  readonly folder?: string
}

/** The endpoint in `DOCKER_HOST`'s form: `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`. */
export function formatEndpoint(endpoint: EngineEndpoint): string {
  if (endpoint.kind === 'tcp') return `tcp://${bracketed(endpoint.host)}:${endpoint.port}`
  if (endpoint.kind === 'ssh') {
    const { user, host, port, path = '' } = endpoint
    return `ssh://${user === undefined ? '' : `${user}@`}${bracketed(host)}${port === undefined ? '' : `:${port}`}${path}`
  }
  return endpoint.path.startsWith('//./pipe/') || endpoint.path.startsWith('\\\\.\\pipe\\')
    ? `npipe://${endpoint.path.replaceAll('\\', '/')}`
    : `unix://${endpoint.path}`
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

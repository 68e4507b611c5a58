import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresServer } from '../../machine/postgres-server.ts'

/** A server with TLS, whose certificate is for `localhost` and signed by an authority of its own. */
export async function startTlsServer(): Promise<PostgresServer> {
  return PostgresServer.start(
    { ssl: 'on', ssl_cert_file: '../server.crt', ssl_key_file: '../server.key' },
    makeCertificates,
  )
}

/** The certificate of the authority that has signed the server's. */
export function authorityOf(server: PostgresServer): string {
  return join(server.folder, 'ca.crt')
}

function makeCertificates(folder: string): void {
  const openssl = (args: string) => execFileSync('openssl', args.split(' '), { cwd: folder, stdio: 'pipe' })
  openssl('req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt')
  openssl('req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr')
  writeFileSync(join(folder, 'names.cnf'), 'subjectAltName=DNS:localhost')
  openssl(
    'x509 -req -in server.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names.cnf -out server.crt',
  )
  chmodSync(join(folder, 'server.key'), 0o600)
}

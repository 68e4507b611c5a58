/**
 * The `iris` command of the stand-in, a test double of InterSystems IRIS: `session`, `merge`, `list`, `qlist`. It hands
 * everything to the running instance and prints what that answers.
 */
import { text } from 'node:stream/consumers'
import { askInstance } from './control/control-client.ts'
import type { ControlRequest } from './control/control-socket.ts'

const USAGE = `usage: iris list
       iris qlist [IRIS]
       iris session IRIS [-U namespace] [call]      without a call: one command a line on standard input
       iris merge IRIS /absolute/path.cpf
`

async function readRequest([command, instance, ...rest]: readonly string[]): Promise<ControlRequest | undefined> {
  if (command === 'list' || command === 'qlist') return { kind: command }
  if (instance?.toUpperCase() !== 'IRIS') return undefined
  if (command === 'merge') return rest[0]?.startsWith('/') ? { kind: 'merge', path: rest[0] } : undefined
  if (command !== 'session') return undefined
  const flag = rest.findIndex((one) => one.toUpperCase() === '-U')
  const namespace = flag === -1 ? 'USER' : (rest[flag + 1] ?? '')
  const call = rest.find((_, at) => flag === -1 || (at !== flag && at !== flag + 1))
  const environment = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']))
  if (call !== undefined) return { kind: 'session', namespace, environment, call, script: '' }
  return { kind: 'session', namespace, environment, script: await text(process.stdin) }
}

const request = await readRequest(process.argv.slice(2))
if (request === undefined) {
  process.stderr.write(USAGE)
  process.exitCode = 1
} else {
  const answer = await askInstance(process.env.STANDIN_HOME ?? '/usr/irissys', request)
  process.stdout.write(answer?.output ?? 'IRIS is down, or there is no such instance.\n')
  process.exitCode = answer?.exitCode ?? 1
}

/**
 * The `iris` command of the stand-in, a test double of InterSystems IRIS: `session`, `merge`, `list`, `qlist`. It hands
 * everything to the running instance and prints what that answers.
 */
import { askInstance } from './control/control-client.ts'
import type { ControlRequest } from './control/control-socket.ts'

const USAGE = `usage: iris list
       iris qlist [IRIS]
       iris session IRIS [-U namespace] [call]      without a call: one command a line on standard input
       iris merge IRIS /absolute/path.cpf
`

function readRequest([command, instance, ...rest]: readonly string[]): ControlRequest | undefined {
  if (command === 'list' || command === 'qlist') return { kind: command }
  if (instance?.toUpperCase() !== 'IRIS') return undefined
  if (command === 'merge') return rest[0]?.startsWith('/') ? { kind: 'merge', path: rest[0] } : undefined
  if (command !== 'session') return undefined
  const flag = rest.findIndex((one) => one.toUpperCase() === '-U')
  const namespace = flag === -1 ? 'USER' : (rest[flag + 1] ?? '')
  const call = rest.find((_, at) => flag === -1 || (at !== flag && at !== flag + 1))
  const environment = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']))
  return { kind: 'session', namespace, environment, ...(call === undefined ? {} : { call }) }
}

const request = readRequest(process.argv.slice(2))
if (request === undefined) {
  process.stderr.write(USAGE)
  process.exitCode = 1
} else {
  const typed = request.kind === 'session' && request.call === undefined ? process.stdin : undefined
  const exitCode = await askInstance(process.env.STANDIN_HOME ?? '/usr/irissys', request, typed, process.stdout)
  if (exitCode === undefined) process.stdout.write('IRIS is down, or there is no such instance.\n')
  process.exitCode = exitCode ?? 1
  // A session that has halted reads no more.
  process.stdin.destroy()
}

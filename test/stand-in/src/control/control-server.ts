import { rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { mergeFile } from '../cpf/merge-file.ts'
import type { Instance } from '../instance/instance.ts'
import { VERSION_ID } from '../instance/version.ts'
import { runSession } from '../script/session.ts'
import { type ControlAnswer, type ControlRequest, controlSocketPath } from './control-socket.ts'

/** Serves the `iris` command: a request a connection, then a session's lines; the answer's head, then what it prints. */
export function createControlServer(instance: Instance): Server {
  // A killed container leaves its socket in the file system.
  rmSync(controlSocketPath(instance.home), { force: true })
  return createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => socket.destroy())
    void serve(instance, socket)
  })
}

async function serve(instance: Instance, socket: Socket): Promise<void> {
  const lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]()
  const begin = ({ exitCode }: ControlAnswer) => socket.write(`${JSON.stringify({ exitCode })}\n`)
  try {
    const { value, done } = await lines.next()
    if (done) return
    const request = JSON.parse(value) as ControlRequest
    if (request.kind === 'session' && instance.logonsEnabled) {
      begin({ exitCode: 0 })
      await runSession(instance, request, { [Symbol.asyncIterator]: () => lines }, (text) => socket.write(text))
    } else {
      const { exitCode, output } = answer(instance, request)
      begin({ exitCode })
      socket.write(output)
    }
  } catch (error) {
    if (!socket.destroyed) {
      begin({ exitCode: 1 })
      socket.write(`${error instanceof Error ? error.message : String(error)}\n`)
    }
  } finally {
    socket.end()
  }
}

function answer(instance: Instance, request: ControlRequest): ControlAnswer & { readonly output: string } {
  if (request.kind === 'list' || request.kind === 'qlist') {
    return { output: request.kind === 'list' ? list(instance) : `${qlist(instance)}\n`, exitCode: 0 }
  }
  if (request.kind === 'session' || !instance.logonsEnabled) {
    return { output: 'Sign-on inhibited: Startup or Installation in progress\n', exitCode: 239 }
  }
  const lines: string[] = []
  mergeFile(instance, request.path, (line) => lines.push(line))
  return { output: `${lines.join('\n')}\n`, exitCode: 0 }
}

/** It says `running` before anybody may sign on, as the real one does. */
function qlist({ home, ports, startedAt }: Instance): string {
  const since = startedAt.toUTCString()
  return [
    'IRIS',
    home,
    VERSION_ID,
    `running, since ${since}`,
    'iris.cpf',
    ports.superserver,
    ports.web,
    0,
    'ok',
    'IRIS',
    '',
    '',
    home,
  ].join('^')
}

function list({ home, ports, startedAt }: Instance): string {
  return `
Configuration 'IRIS'   (default)
	directory:    ${home}
	versionid:    ${VERSION_ID}
	datadir:      ${home}
	conf file:    iris.cpf  (SuperServer port = ${ports.superserver}, WebServer = ${ports.web})
	status:       running, since ${startedAt.toUTCString()}
	state:        ok
	product:      InterSystems IRIS (stand-in test double)
`
}

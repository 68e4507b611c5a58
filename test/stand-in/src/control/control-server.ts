import { rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { mergeFile } from '../cpf/merge-file.ts'
import type { Instance } from '../instance/instance.ts'
import { VERSION_ID } from '../instance/version.ts'
import { runSession } from '../script/session.ts'
import { type ControlAnswer, type ControlRequest, controlSocketPath } from './control-socket.ts'

/** Serves the `iris` command: one request a connection, ended by the client, then one answer. */
export function createControlServer(instance: Instance): Server {
  // A killed container leaves its socket in the file system.
  rmSync(controlSocketPath(instance.home), { force: true })
  return createServer({ allowHalfOpen: true }, (socket) => {
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => socket.end(JSON.stringify(obey(instance, text))))
  })
}

function obey(instance: Instance, text: string): ControlAnswer {
  try {
    return answer(instance, JSON.parse(text) as ControlRequest)
  } catch (error) {
    return { output: `${error instanceof Error ? error.message : String(error)}\n`, exitCode: 1 }
  }
}

function answer(instance: Instance, request: ControlRequest): ControlAnswer {
  if (request.kind === 'list' || request.kind === 'qlist') {
    return { output: request.kind === 'list' ? list(instance) : `${qlist(instance)}\n`, exitCode: 0 }
  }
  if (!instance.logonsEnabled) {
    return { output: 'Sign-on inhibited: Startup or Installation in progress\n', exitCode: 239 }
  }
  if (request.kind === 'merge') {
    const lines: string[] = []
    mergeFile(instance, request.path, (line) => lines.push(line))
    return { output: `${lines.join('\n')}\n`, exitCode: 0 }
  }
  return { output: runSession(instance, request), exitCode: 0 }
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

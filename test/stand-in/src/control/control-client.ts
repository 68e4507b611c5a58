import { connect } from 'node:net'
import { type ControlAnswer, type ControlRequest, controlSocketPath } from './control-socket.ts'

/** Asks the running instance, and gives `undefined` when none runs. */
export function askInstance(home: string, request: ControlRequest): Promise<ControlAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(controlSocketPath(home))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('error', () => resolve(undefined))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('end', () => resolve(text === '' ? undefined : (JSON.parse(text) as ControlAnswer)))
    socket.end(JSON.stringify(request))
  })
}

import { connect } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import { type ControlAnswer, type ControlRequest, controlSocketPath } from './control-socket.ts'

/**
 * Asks the running instance and prints what it says as it comes.
 *
 * @param typed goes to the instance behind the request.
 * @returns the exit code; `undefined` when none runs.
 */
export function askInstance(
  home: string,
  request: ControlRequest,
  typed: Readable | undefined,
  printed: Writable,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const socket = connect(controlSocketPath(home))
    let head = ''
    let exitCode: number | undefined
    socket.setEncoding('utf8')
    socket.on('error', () => resolve(exitCode))
    socket.on('data', (chunk: string) => {
      if (exitCode !== undefined) return void printed.write(chunk)
      head += chunk
      const end = head.indexOf('\n')
      if (end < 0) return
      exitCode = (JSON.parse(head.slice(0, end)) as ControlAnswer).exitCode
      printed.write(head.slice(end + 1))
    })
    socket.on('end', () => resolve(exitCode))
    socket.write(`${JSON.stringify(request)}\n`)
    if (typed) typed.pipe(socket)
    else socket.end()
  })
}

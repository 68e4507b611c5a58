import type { Readable, Writable } from 'node:stream'
import { debugLog } from '../debug/debug-log.ts'
import type { EngineClient } from './engine-client.ts'
import { readFrames } from './stream-frames.ts'

const debug = debugLog('engine')

/** What people type on and read from: `process.stdin` and `process.stdout` fit. */
export interface TerminalStreams {
  /** What is typed. As a terminal, it is set to raw mode while the command runs. */
  readonly input: Readable & { readonly isTTY?: boolean; setRawMode?(on: boolean): unknown }
  /** What the command writes. As a terminal, its size becomes the command's. */
  readonly output: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number }
  /** The command's standard error, where it has no terminal. */
  readonly errors: Writable
  /** Called once what is typed goes to the command, if it has a terminal. */
  readonly onTerminal?: () => void
}

/**
 * Runs a command inside a container with the caller's terminal as its own; where the input is no terminal, the command
 * gets it as a plain stream. Ends with the command.
 *
 * @returns the command's exit code.
 * @throws EngineError
 */
export async function openTerminal(
  engine: EngineClient,
  container: string,
  command: readonly string[],
  { input, output, errors, onTerminal }: TerminalStreams,
): Promise<number> {
  const tty = input.isTTY === true && output.isTTY === true
  const { Id } = await engine.call<{ Id: string }>(`/containers/${container}/exec`, {
    method: 'POST',
    body: { Cmd: command, Tty: tty, AttachStdin: true, AttachStdout: true, AttachStderr: true },
  })
  const socket = await engine.hijack(`/exec/${Id}/start`, { Detach: false, Tty: tty })
  const resize = () => {
    const query = { w: output.columns, h: output.rows }
    // A window that can't be told its size is still a window.
    engine.text(`/exec/${Id}/resize`, { method: 'POST', query }).catch((error) => debug.swallowed('resize', error))
  }
  try {
    if (tty) {
      input.setRawMode?.(true)
      resize()
      output.on('resize', resize)
      onTerminal?.()
    }
    input.pipe(socket)
    if (tty) for await (const chunk of socket) output.write(chunk)
    else for await (const frame of readFrames(socket)) (frame.stream === 'stdout' ? output : errors).write(frame.text)
  } finally {
    output.off('resize', resize)
    input.unpipe(socket)
    if (tty) input.setRawMode?.(false)
    // A terminal that is still read from would keep the process alive.
    input.pause()
    socket.destroy()
  }
  const { ExitCode } = await engine.call<{ ExitCode: number | null }>(`/exec/${Id}/json`, {})
  return ExitCode ?? -1
}

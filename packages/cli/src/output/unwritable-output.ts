import { EXIT } from '../program/exit-code.ts'

/**
 * A reader that has seen enough, such as `head`, is no error. What has been begun is brought to its end all the same: a
 * container that starts, or the tests that run. Output that can't be written for another reason, such as a full disk, is
 * said to be, and the process ends with exit code 1.
 */
export function surviveUnwritableOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return
      process.once('exit', () => {
        process.exitCode ||= EXIT.failed
      })
      if (stream === process.stdout) process.stderr.write(`error  The output can't be written: ${error.message}\n`)
    })
  }
}

/**
 * A reader that has seen enough, such as `head`, is no error. What has been begun is brought to its end all the same: a
 * container that starts, or the tests that run.
 */
export function surviveClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
}

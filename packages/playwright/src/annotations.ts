import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '@iris-devtester/core/run'

let file: string | undefined

/**
 * On GitHub Actions, the variable that names a file for the annotations of a web server. Playwright puts a name before each
 * line that a server writes, and GitHub knows an annotation only at the beginning of a line. So the runner itself writes them,
 * when it ends.
 */
export function annotationEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  const isWorker = env.TEST_WORKER_INDEX !== undefined
  if (env.GITHUB_ACTIONS !== 'true' || isWorker) return {}
  if (file === undefined) {
    file = join(temporaryFolder(), `iris-devtester-annotations-${randomUUID()}`)
    process.once('exit', () => writeAnnotations(file as string))
  }
  return { IRIS_DEVTESTER_ANNOTATIONS: file }
}

function writeAnnotations(path: string): void {
  try {
    process.stdout.write(readFileSync(path, 'utf8'))
    rmSync(path)
  } catch {
    // Without a failure there is no such file.
  }
}

import { acquireIris, type StartReporter } from '@iris-devtester/core'
import type { Call } from '@iris-devtester/mcp'
import type { CommandContext } from '../program/command-definition.ts'
import { interruptible } from '../program/interruptible.ts'
import { connectionJson } from './json-views.ts'
import { openRegistry } from './open-registry.ts'
import { projectPathOf } from './project-path.ts'

/** Starts the project's IRIS, or finds it, and leaves it warm. A cancelled call ends the start. */
export async function startIris(context: CommandContext, { signal, onProgress }: Call): Promise<object> {
  const projectPath = await projectPathOf(context)
  const iris = await interruptible((interrupted) =>
    inProject(projectPath, () =>
      acquireIris({
        projectPath,
        registry: openRegistry(context),
        runner: 'mcp',
        isolation: 'shared',
        keep: 'warm',
        setDefaults: true,
        signal: AbortSignal.any([signal, interrupted]),
        reporter: progressReporter(onProgress),
      }),
    ),
  )
  const { container = null, connection } = iris
  await iris.release()
  return { container, connection: connectionJson(connection) }
}

/** The environment decides before the options, and one server has many projects: it is read before the call returns. */
function inProject<T>(projectPath: string, start: () => T): T {
  const before = process.env.IRIS_PROJECT_PATH
  process.env.IRIS_PROJECT_PATH = projectPath
  try {
    return start()
  } finally {
    if (before === undefined) delete process.env.IRIS_PROJECT_PATH
    else process.env.IRIS_PROJECT_PATH = before
  }
}

function progressReporter(onProgress: Call['onProgress']): StartReporter {
  return {
    pulling: (image, progress) =>
      onProgress(progress ? `Pulling ${image}: ${progress.receivedBytes} bytes` : `Pulling ${image}`),
    starting: (_, phase) =>
      onProgress(phase === 'waiting' ? 'Waiting for another run to start it' : `Starting: ${phase}`),
    ready: () => onProgress('Ready'),
    warning: onProgress,
    failed() {},
  }
}

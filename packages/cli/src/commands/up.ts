import { acquireIris } from '@iris-devtester/core'
import { type IrisConnectionInfo, portalUrl } from '@iris-devtester/core/connection'
import type { CommandContext } from '../program/command-definition.ts'
import { interruptible } from '../program/interruptible.ts'
import type { Report } from '../program/report.ts'
import { type GivenSettings, namedProject, settingsFrom } from '../project/acquire-options.ts'
import { connectionJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'

const MINUTE_MS = 60_000

interface UpInput extends GivenSettings {
  readonly idle: number | undefined
  readonly port: number | undefined
  readonly webPort: number | undefined
}

/** Starts the project's IRIS, or finds it, and leaves it warm. */
export async function up(context: CommandContext, input: UpInput): Promise<Report> {
  const projectPath = await namedProject(context)
  const iris = await interruptible((signal) =>
    acquireIris({
      ...settingsFrom(input),
      projectPath,
      registry: openRegistry(context),
      runner: 'cli',
      isolation: 'shared',
      keep: 'warm',
      setDefaults: true,
      idleTimeoutMs: input.idle === undefined ? undefined : input.idle * MINUTE_MS,
      preferredPort: input.port,
      preferredWebPort: input.webPort,
      signal,
    }),
  )
  const { container = null, connection } = iris
  await iris.release()
  return {
    json: { container, connection: connectionJson(connection) },
    text: connection.url,
    ...portalNote(connection),
  }
}

function portalNote(connection: IrisConnectionInfo): { note: string } | undefined {
  const portal = portalUrl(connection)
  return portal === undefined ? undefined : { note: `Management Portal: ${portal}` }
}

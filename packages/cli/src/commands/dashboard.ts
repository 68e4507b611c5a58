import { findEngine, lastStarts } from '@iris-devtester/core'
import { type DashboardServing, serveDashboard } from '@iris-devtester/dashboard'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import { firstSignal } from '../project/first-signal.ts'
import { openBrowser } from '../project/open-browser.ts'
import { openRegistry } from '../project/open-registry.ts'
import { serveAsSystemService } from '../project/system-service.ts'

const IDLE_MINUTES = 15

interface DashboardInput {
  readonly noOpen: boolean
  readonly port: number | undefined
  readonly idle: number | undefined
}

/** Serves the dashboard until a signal comes, or nobody has looked for long enough. */
export async function dashboard(
  context: CommandContext,
  { noOpen, port, idle = IDLE_MINUTES }: DashboardInput,
): Promise<number> {
  const signalled = firstSignal()
  const registry = openRegistry(context)
  await serveAsSystemService({
    registry,
    service: 'dashboard',
    offset: 1,
    port,
    serve: (ports) =>
      serveDashboard({
        registry,
        ports,
        idleMs: idle * 60_000,
        findEngine: () => findEngine(),
        operations: async () => (await import('./dashboard-operations.ts')).dashboardOperations(context),
        starts: async (project) => lastStarts(registry.folder, project),
      }),
    async during(serving: DashboardServing) {
      process.stdout.write(`dashboard  ${serving.url}  until Ctrl-C\n`)
      if (!noOpen) openBrowser(serving.linkForBrowser())
      const isIdle = await Promise.race([signalled.then(() => false), serving.idle.then(() => true)])
      if (isIdle) process.stdout.write(`ended  nobody has looked for ${idle} min\n`)
    },
  })
  await registry.close()
  return EXIT.done
}

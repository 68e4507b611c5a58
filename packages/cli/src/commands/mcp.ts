import type { ServiceName } from '@iris-devtester/core/ports'
import { type Operation, type Operations, serveStdio } from '@iris-devtester/mcp'
import packageJson from '../../package.json' with { type: 'json' }
import type { CommandContext, Run } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import { checkPort } from '../project/check-port.ts'
import { type LoadInput, loadIntoIris } from '../project/load-into-iris.ts'
import { logTail } from '../project/log-tail.ts'
import { type QueryInput, queryIris } from '../project/query-iris.ts'
import { serveUntilSignal } from '../project/serve-until-signal.ts'
import { startIris } from '../project/start-iris.ts'
import { suggestPorts, withAlternatives } from '../project/suggest-ports.ts'
import { down } from './down.ts'
import { env } from './env.ts'
import { logs } from './logs.ts'
import { portsAssign } from './ports-assign.ts'
import { portsExplain } from './ports-explain.ts'
import { portsList } from './ports-list.ts'
import { portsRelease } from './ports-release.ts'
import { restart } from './restart.ts'
import { status } from './status.ts'

/** Serves the commands to a coding agent, or over HTTP to several. */
export async function mcp(context: CommandContext, { http }: { readonly http: boolean }): Promise<number> {
  const workingDirectory = context.project ?? context.workingDirectory
  const options = { version: packageJson.version, workingDirectory, operations: operationsOf(context) }
  if (http) await serveUntilSignal(context, options)
  else await serveStdio(options)
  return EXIT.done
}

function operationsOf(context: CommandContext): Operations {
  const about = (project: string) => ({ ...context, json: true, project, namesProject: true })
  const operation =
    <Input>(
      run: Run<Input>,
      inputFrom: (given: Readonly<Record<string, unknown>>) => unknown = () => ({}),
    ): Operation =>
    async (project, given) => {
      const report = await run(about(project), inputFrom(given) as Input)
      return typeof report === 'number' ? {} : (report.json as object)
    }
  const assign = operation(portsAssign, ({ type, port }) => ({
    service: type,
    port: port === 'auto' ? undefined : port,
  }))
  const readLog = operation(logs, ({ tail }) => ({ follow: false, tail }))
  return {
    async ports_request(project, given, call) {
      try {
        return await assign(project, given, call)
      } catch (error) {
        throw await withAlternatives(about(project), given.type as ServiceName, error)
      }
    },
    ports_release: operation(portsRelease, ({ type, force }) => ({ service: type, force })),
    ports_list: operation(portsList),
    ports_explain: operation(portsExplain, ({ port }) => ({ port })),
    ports_suggest: (project, { type, near }) =>
      suggestPorts(about(project), { type: type as ServiceName, near: near as number | undefined }),
    ports_check: (project, { port }) => checkPort(about(project), port as number),
    iris_up: (project, _, call) => startIris(about(project), call),
    iris_status: operation(status),
    iris_connection: operation(env, () => ({ format: 'dotenv' })),
    iris_logs: async (project, given, call) => {
      const { lines } = (await readLog(project, given, call)) as { readonly lines: readonly string[] }
      return logTail(lines)
    },
    iris_sql: (project, given, call) => queryIris(about(project), given as unknown as QueryInput, call),
    iris_load: (project, given, call) => loadIntoIris(about(project), given as unknown as LoadInput, call),
    iris_restart: operation(restart, ({ force }) => ({ force })),
    iris_down: operation(down, ({ force }) => ({ force })),
  }
}

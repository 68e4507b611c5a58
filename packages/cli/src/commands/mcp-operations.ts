import type { ServiceName } from '@iris-devtester/core/ports'
import type { Operation, Operations } from '@iris-devtester/mcp'
import type { CommandContext, Run } from '../program/command-definition.ts'
import { checkPort } from '../project/check-port.ts'
import { detectType } from '../project/detect-type.ts'
import { endReservation } from '../project/end-reservation.ts'
import { type LoadInput, loadIntoIris } from '../project/load-into-iris.ts'
import { logTail } from '../project/log-tail.ts'
import { type QueryInput, queryIris } from '../project/query-iris.ts'
import { startIris } from '../project/start-iris.ts'
import { suggestPorts } from '../project/suggest-ports.ts'
import { down } from './down.ts'
import { env } from './env.ts'
import { logs } from './logs.ts'
import { portsAssign } from './ports-assign.ts'
import { portsExplain } from './ports-explain.ts'
import { portsHistory } from './ports-history.ts'
import { portsList } from './ports-list.ts'
import { portsRelease } from './ports-release.ts'
import { restart } from './restart.ts'
import { status } from './status.ts'

/** The commands as the server's tools and resources need them. */
export function operationsOf(context: CommandContext): Operations {
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
  const assign = operation(portsAssign, ({ type, port, minutes }) => ({
    service: type,
    minutes,
    port: port === 'auto' ? undefined : port,
  }))
  const readLog = operation(logs, ({ tail }) => ({ follow: false, tail }))
  return {
    async ports_request(project, given, call) {
      const detected = given.type === undefined ? detectType(project) : undefined
      const assigned = await assign(project, { ...given, type: detected?.type ?? given.type }, call)
      return { ...assigned, ...(detected ? { detectedFrom: detected.file } : {}) }
    },
    ports_release: operation(portsRelease, ({ type, force }) => ({ service: type, force })),
    ports_list: operation(portsList),
    ports_explain: operation(portsExplain, ({ port }) => ({ port })),
    ports_history: async (_, { limit }) => (await portsHistory(context, { limit: limit as number })).json as object,
    reservation_end: (project, { type, port }) =>
      endReservation(about(project), { service: type as ServiceName, port: port as number }),
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

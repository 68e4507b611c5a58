import { type Operation, type Operations, serveStdio } from '@iris-devtester/mcp'
import packageJson from '../../package.json' with { type: 'json' }
import type { CommandContext, Run } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import { down } from './down.ts'
import { env } from './env.ts'
import { portsAssign } from './ports-assign.ts'
import { portsExplain } from './ports-explain.ts'
import { portsList } from './ports-list.ts'
import { portsRelease } from './ports-release.ts'
import { restart } from './restart.ts'
import { status } from './status.ts'
import { up } from './up.ts'

/** Serves the commands to a coding agent. */
export async function mcp(context: CommandContext): Promise<number> {
  const workingDirectory = context.project ?? context.workingDirectory
  await serveStdio({ version: packageJson.version, workingDirectory, operations: operationsOf(context) })
  return EXIT.done
}

function operationsOf(context: CommandContext): Operations {
  const operation =
    <Input>(
      run: Run<Input>,
      inputFrom: (given: Readonly<Record<string, unknown>>) => unknown = () => ({}),
    ): Operation =>
    async (project, given) => {
      const report = await run({ ...context, json: true, project, namesProject: true }, inputFrom(given) as Input)
      return typeof report === 'number' ? {} : (report.json as object)
    }
  return {
    ports_request: operation(portsAssign, ({ type, port }) => ({
      service: type,
      port: port === 'auto' ? undefined : port,
    })),
    ports_release: operation(portsRelease, ({ type, force }) => ({ service: type, force })),
    ports_list: operation(portsList),
    ports_explain: operation(portsExplain, ({ port }) => ({ port })),
    iris_up: operation(up),
    iris_status: operation(status),
    iris_connection: operation(env, () => ({ format: 'dotenv' })),
    iris_restart: operation(restart, ({ force }) => ({ force })),
    iris_down: operation(down, ({ force }) => ({ force })),
  }
}

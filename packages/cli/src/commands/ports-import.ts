import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { cliCommand } from '@iris-devtester/core'
import type { PortTransfer } from '@iris-devtester/core/ports'
import { projectName } from '@iris-devtester/core/ports'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { openRegistry } from '../project/open-registry.ts'

/** Takes over the ports of another registry. */
export async function portsImport(context: CommandContext, { file }: { readonly file: string }): Promise<Report> {
  const exported = await readExport(resolve(context.workingDirectory, file))
  const { imported, skipped } = await openRegistry(context).importPorts(exported)
  return {
    json: { imported, skipped },
    text: [
      ...imported.map((one) => `imported  ${one.service} ${one.port}  ${projectName(one.projectPath)}`),
      ...skipped.map((one) => `skipped   ${one.service} ${one.port}  ${projectName(one.projectPath)}: ${one.reason}`),
    ].join('\n'),
  }
}

async function readExport(path: string): Promise<PortTransfer> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as PortTransfer
  } catch (error) {
    throw new CliError({
      code: 'IMPORT_UNREADABLE',
      message: `${path} is not an export of the command ports export: ${(error as Error).message}.`,
      hint: `Create one: ${cliCommand()} ports export > ports.json`,
    })
  }
}

import { isAbsolute } from 'node:path'
import { folderOf } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { openRegistry } from './open-registry.ts'

/** The folders of all projects that the registry names anywhere, also in its history. */
export async function namedProjects(context: Pick<CommandContext, 'registryPath'>): Promise<readonly string[]> {
  const { assignments, service_assignments, remembered, leases, containers, history } =
    await openRegistry(context).read()
  const all = [
    ...assignments,
    ...service_assignments,
    ...remembered,
    ...leases,
    ...Object.values(containers),
    ...history,
  ]
  // The history names system services too.
  return [...new Set(all.map((one) => folderOf(one.project_path)))].filter(isAbsolute)
}

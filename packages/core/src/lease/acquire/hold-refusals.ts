import { refusedPort } from '../../container/port-refusal.ts'
import { cliCommand } from '../../errors/cli-command.ts'
import { shellWord } from '../../errors/shell-word.ts'
import type { LeaseRecord } from '../../ports/document/lease-record.ts'
import { folderOf, instanceOf, projectName } from '../../ports/document/project-path.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { thisHost } from '../../process/process-identity.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { preparerOf } from '../book/lease-book.ts'
import { LeaseError } from '../book/lease-error.ts'

/**
 * The container has other settings, and another run needs them.
 *
 * @param differences what it has otherwise.
 */
export function busy(
  { acquisition: { projectPath } }: HoldContext,
  holder: LeaseRecord,
  differences: readonly string[],
): LeaseError {
  if (isOfThisRun(holder)) return instanceConflict(projectPath, differences)
  return new LeaseError({
    code: 'CONTAINER_BUSY',
    message: `The container of ${projectName(projectPath)} is in use with other settings by ${nameOf(holder)}: ${differences.join('; ')}.`,
    hint: 'Wait for that run to end, use the same settings, or give this one a project of its own:\nexport IRIS_PROJECT_PATH=<another folder>',
    details: { projectPath, holder, differences },
  })
}

/** The holder is this very run: this process, or for a worker of a runner the process that started it. */
function isOfThisRun({ process: holder }: LeaseRecord): boolean {
  return holder.host === thisHost() && (holder.pid === process.pid || holder.pid === process.ppid)
}

/** Two configurations of one run ask for one container with different settings. */
function instanceConflict(projectPath: string, differences: readonly string[]): LeaseError {
  const folder = folderOf(projectPath)
  return new LeaseError({
    code: 'INSTANCE_CONFLICT',
    message: `Two configurations of this run ask for one container, the instance ${instanceOf(projectPath)} of ${folder}, with settings that exclude each other:\n${differences.map((one) => `  ${one}`).join('\n')}`,
    hint: "Give one of the two an instance of its own: add instance: 'second' to its options, for example iris({ instance: 'second', image: '…' }).\nOr use the same settings in both.",
    details: { projectPath: folder, instance: instanceOf(projectPath), differences },
  })
}

/** The container has other settings, and nobody said that it may go with what it holds. */
export function differs(
  { acquisition: { projectPath } }: HoldContext,
  name: string,
  differences: readonly string[],
): LeaseError {
  return new LeaseError({
    code: 'CONTAINER_DIFFERS',
    message: `The container ${name} of ${projectName(projectPath)} was created with other settings, and may hold data:\n${differences.map((one) => `  ${one}`).join('\n')}`,
    hint: `Use it as it is: leave these settings out.\nReplace it, with all its data: the option replace: true, --replace, or export IRIS_DEVTESTER_REPLACE=1\nEnd it first, with all its data: ${cliCommand()} down --project ${shellWord(projectPath)}`,
    details: { projectPath, name, differences },
  })
}

/** The container has stopped, and a port of its own is somebody else's by now. */
export function portTaken({ acquisition: { projectPath } }: HoldContext, name: string, reason: string): LeaseError {
  const port = refusedPort(reason) ?? '<port>'
  return new LeaseError({
    code: 'CONTAINER_PORT_TAKEN',
    message: `The container ${name} of ${projectName(projectPath)} has stopped, and can't be started again on its port: ${reason.trim()}`,
    hint: `See who has the port, free it, and run again: ${cliCommand()} ports explain ${port}\nOr replace the container, with all its data: the option replace: true, --replace, or export IRIS_DEVTESTER_REPLACE=1`,
    details: { projectPath, name, reason, port },
  })
}

/** Another run worked on it for longer than a start may take. */
export function waitedTooLong({ acquisition, registry }: HoldContext, document: RegistryDocument): LeaseError {
  const { projectPath } = acquisition
  const preparer = preparerOf(document, projectPath)
  return new LeaseError({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: `Another run, ${preparer ? nameOf(preparer) : 'unknown'}, was starting the container of ${projectName(projectPath)}, but it did not become ready in time.`,
    hint: `End that run, then try again. See who holds what: ${cliCommand()} ports inspect ${shellWord(projectPath)}`,
    details: { projectPath, preparer, registry: registry.registryPath },
  })
}

/** It runs and was ready once, but hangs. */
export function unresponsive(name: string, milliseconds: number): LeaseError {
  return new LeaseError({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: `The container ${name} runs, but its superserver has not answered for ${milliseconds / 1_000} s.`,
    hint: `Restart it: ${cliCommand()} restart\nSee its log: docker logs ${name}`,
    details: { name },
  })
}

function nameOf({ runner, process, acquired_at }: LeaseRecord): string {
  return `${runner} (pid ${process.pid}, since ${acquired_at})`
}

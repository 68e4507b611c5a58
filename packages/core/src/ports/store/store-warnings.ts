import { cliCommand } from '../../errors/cli-command.ts'
import type { RegistryWarning } from './registry-warning.ts'

export function viewNotPublished(view: string, reason: string): RegistryWarning {
  return {
    code: 'VIEW_NOT_PUBLISHED',
    message: `The change is made, but ${view} could not be brought up to date: ${reason}. Other tools read the old one. See: ${cliCommand()} ports doctor`,
    details: { path: view, reason },
  }
}

export function viewIgnored(view: string, generation: number): RegistryWarning {
  return {
    code: 'VIEW_IGNORED',
    message: `${view} comes from generation ${generation}, which isn't known any more. It is ignored until the next change replaces it. See: ${cliCommand()} ports doctor --repair`,
    details: { path: view, generation },
  }
}

export function viewNotReadable(view: string, reason: string): RegistryWarning {
  return {
    code: 'VIEW_IGNORED',
    message: `${view} can't be read and could not be moved aside: ${reason}. The newest good state is used. See: ${cliCommand()} ports doctor`,
    details: { path: view, reason },
  }
}

export function quarantined(damaged: string, path: string, reason: string, restored: boolean): RegistryWarning {
  const outcome = restored
    ? 'the newest good state was restored'
    : 'there was no good state to restore, so it starts empty'
  return {
    code: 'REGISTRY_QUARANTINED',
    message: `The port registry ${damaged} could not be read (${reason}). It was kept as ${path}, and ${outcome}. See: ${cliCommand()} ports list`,
    details: { path: damaged, quarantine: path, reason, restored },
  }
}

export function notRestored(path: string, damaged: readonly number[], reason: string): RegistryWarning {
  return {
    code: 'REGISTRY_NOT_RESTORED',
    message: `The port registry's generations ${damaged.join(', ')} in ${path} can't be read and could not be replaced: ${reason}. The newest good one is used. See: ${cliCommand()} ports doctor`,
    details: { path, damaged, reason },
  }
}

import { cliCommand } from '../../errors/cli-command.ts'
import { AssignmentNotFoundError, PortRegistryError } from './port-registry-error.ts'
import { projectName } from './project-path.ts'
import type { ServiceName } from './services.ts'

/** The error for a project that has no port to release or to change. */
export function assignmentNotFound(projectPath: string, service: ServiceName): AssignmentNotFoundError {
  return new AssignmentNotFoundError({
    code: 'ASSIGNMENT_NOT_FOUND',
    message: `Project ${projectName(projectPath)} has no port for service "${service}".`,
    hint: `See who has one: ${cliCommand()} ports list`,
    details: { projectPath, service },
  })
}

/** The error for an edit after which the document would be no registry. */
export function invalidChange(reason: string, flaw: string): PortRegistryError {
  return new PortRegistryError({
    code: 'INVALID_CHANGE',
    message: `The change "${reason}" was not made: the registry would not be valid after it (${flaw}).`,
    hint: 'This is a bug in the program that made the change. Report it there.',
    details: { reason, flaw },
  })
}

import { cliCommand } from '../../errors/cli-command.ts'
import { shellWord } from '../../errors/shell-word.ts'
import { allAssignments, type StoredAssignment, serviceOf } from '../document/port-assignment.ts'
import { PortConflictError, PortExhaustedError, PortRegistryError } from '../document/port-registry-error.ts'
import { projectName } from '../document/project-path.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { formatRange, type PortRange, type ServiceName } from '../document/services.ts'
import { rangeVariable } from './configured-ranges.ts'
import type { Obstacle } from './decide-port.ts'

/** The error for a port that isn't one. */
export function invalidPort(port: unknown): PortRegistryError {
  return new PortRegistryError({
    code: 'INVALID_PORT',
    message: `${JSON.stringify(port) ?? String(port)} is not a port. Give a whole number from 1 to 65535, or "auto".`,
    hint: `Omit the port to have one assigned.\nSee what is taken: ${cliCommand()} ports list`,
    details: { port },
  })
}

/** The error for a time limit that can't be kept. */
export function invalidTimeLimit(limit: number, service: ServiceName, most: number): PortRegistryError {
  const isContainers = service === 'iris' || service === 'iris-web'
  return new PortRegistryError({
    code: 'INVALID_TIME_LIMIT',
    message: isContainers
      ? `The ports of service "${service}" have no time limit: they are kept as long as their container.`
      : `A time limit of ${limit} ms is invalid: give more than 0 and at most ${most} ms, which is one week.`,
    hint: 'Omit the time limit to keep the port until it is released.',
    details: { limit, service, most },
  })
}

/** The error for a port that another service's range, or none, holds. */
export function outOfRange(
  port: number,
  service: ServiceName,
  range: PortRange,
  suggestions: readonly number[],
): PortRegistryError {
  return new PortRegistryError({
    code: 'PORT_OUT_OF_RANGE',
    message: `Port ${port} is outside the range ${formatRange(range)} of service "${service}".${describeFreePorts(suggestions)}`,
    hint: `Request a port from ${formatRange(range)}, or leave it out to have one assigned.\nOr move the range of "${service}": ${setRange(service, range, '<first>-<last>')}`,
    details: { port, service, range },
    suggestions,
  })
}

/** The error for an application that asks for a port of the system range. */
export function systemReserved(
  port: number | undefined,
  range: PortRange,
  suggestions: readonly number[],
): PortRegistryError {
  return new PortRegistryError({
    code: 'SYSTEM_RESERVED',
    message: `${port === undefined ? 'Ports' : `Port ${port} is among the ports`} ${formatRange(range)}${port === undefined ? ' are' : ', which are'} reserved for system services and not given to applications.${describeFreePorts(suggestions)}`,
    hint: 'Request the service of your application: iris, iris-web, node, static, python or php.\nA system service registers with registerSystemService().',
    details: { port, range },
    suggestions,
  })
}

/** The error for a port that somebody else has. */
export function portInUse(port: number, obstacle: Obstacle, suggestions: readonly number[]): PortConflictError {
  const { who, details, remedy } = describeObstacle(port, obstacle)
  return new PortConflictError({
    code: 'PORT_IN_USE',
    message: `Port ${port} is already used by ${who}.${describeFreePorts(suggestions)}`,
    hint: `${remedy}\nSee why the port is unavailable: ${cliCommand()} ports explain ${port}\nList all assignments: ${cliCommand()} ports list`,
    details: { port, ...details },
    suggestions,
  })
}

/** The error for a project that wants another port while a run of it uses the one it has. */
export function assignmentInUse(
  record: StoredAssignment,
  wanted: number,
  suggestions: readonly number[],
): PortConflictError {
  return new PortConflictError({
    code: 'ASSIGNMENT_IN_USE',
    message: `Project ${projectName(record.project_path)} asks for port ${wanted}, but a run of it is using port ${record.port} right now.${describeFreePorts(suggestions)}`,
    hint: `Wait for that run to end, or stop it; then ask again.\nOr do without a preferred port: the project keeps ${record.port}.\nSee the run: ${cliCommand()} ports inspect ${shellWord(record.project_path)}`,
    details: { port: wanted, assignedPort: record.port, projectPath: record.project_path, service: serviceOf(record) },
    suggestions,
  })
}

/**
 * The error for a range without a free port.
 *
 * @param asking the project that asks: a port that it has already and can't use is somebody else's by now.
 */
export function exhausted(
  document: RegistryDocument,
  service: ServiceName,
  range: PortRange,
  busy: ReadonlyMap<number, string>,
  asking?: string,
): PortExhaustedError {
  const inRange = allAssignments(document).filter(({ port }) => isIn(port, range))
  const assigned = inRange.filter((one) => one.project_path !== asking)
  const lost = inRange.filter((one) => one.project_path === asking && !busy.has(one.port))
  const others = [...lost.map(({ port }) => [port, TAKEN_MEANWHILE] as const), ...busy].filter(
    ([port]) => isIn(port, range) && !assigned.some((one) => one.port === port),
  )
  const lines = [
    ...assigned.map(
      (one) => `  ${one.port}: ${projectName(one.project_path)} (${serviceOf(one)}, since ${one.assigned_at})`,
    ),
    ...others.map(([port, holder]) => `  ${port}: ${holder}`),
  ]
  const shown = lines.length > 20 ? [...lines.slice(0, 20), `  … and ${lines.length - 20} more`] : lines
  const withContainer = assigned.find((one) => one.container_name !== null)?.project_path
  const without = assigned.find((one) => one.container_name === null)?.project_path
  const size = range[1] - range[0] + 1
  return new PortExhaustedError({
    code: 'PORT_EXHAUSTED',
    message:
      size === 1
        ? `The only port of service "${service}" (${range[0]}) is in use. Current assignments:\n${shown.join('\n')}`
        : `All ${size} ports of service "${service}" (${formatRange(range)}) are in use. Current assignments:\n${shown.join('\n')}`,
    hint: [
      ...(withContainer === undefined
        ? []
        : [
            `End a project's container, with its data, once its runs have ended: ${cliCommand()} down --project ${shellWord(withContainer)}`,
          ]),
      ...(without === undefined
        ? []
        : [`Release a project's port: ${cliCommand()} ports release ${shellWord(without)}`]),
      ...(assigned.length === 0
        ? []
        : [`Release those whose container or folder is gone: ${cliCommand()} ports cleanup`]),
      // With a container a port would stay taken.
      ...(without === undefined || withContainer !== undefined ? [] : [`Release all: ${cliCommand()} ports clear`]),
      ...others
        .slice(0, 1)
        .map(([port]) => `See who has a port, and how to get it: ${cliCommand()} ports explain ${port}`),
      `Or give "${service}" more ports: ${setRange(service, range, formatRange([range[0], Math.min(range[1] + Math.max(10, range[1] - range[0] + 1), 65_535)]))}`,
    ].join('\n'),
    details: {
      service,
      range,
      assignments: assigned.map((one) => ({ projectPath: one.project_path, port: one.port, service: serviceOf(one) })),
      busy: Object.fromEntries(others),
    },
  })
}

/** The command that replaces a range: where a variable names it, nothing else has an effect. */
function setRange(service: ServiceName, present: PortRange, range: string): string {
  const variable = rangeVariable(service)
  return variable !== undefined && process.env[variable]?.trim() === formatRange(present)
    ? `export ${variable}=${range}`
    : `${cliCommand()} ports ranges --service ${service} --set ${range}`
}

const TAKEN_MEANWHILE = 'another program, which took it while this project was starting'

function isIn(port: number, [first, last]: PortRange): boolean {
  return port >= first && port <= last
}

function describeObstacle(port: number, obstacle: Obstacle): { who: string; details: object; remedy: string } {
  if (obstacle.kind === 'assignment') {
    const { record } = obstacle
    const service = serviceOf(record)
    return {
      who: `project "${projectName(record.project_path)}" for service "${service}" since ${record.assigned_at}`,
      details: { conflictingProject: record.project_path, conflictingService: service, startedAt: record.assigned_at },
      remedy: `Release it there: ${cliCommand()} ports release ${shellWord(record.project_path)}`,
    }
  }
  if (obstacle.kind === 'reserved') {
    const { name, since } = obstacle
    return {
      who: `the system service "${name}" since ${since}`,
      details: { conflictingService: name, startedAt: since },
      remedy: 'Ask for another port.',
    }
  }
  const { holder } = obstacle
  if (holder.kind === 'container') {
    return {
      who: `container "${holder.name}" (${holder.image}, ${holder.state})`,
      details: { conflictingContainer: holder.name, image: holder.image },
      remedy: `Stop it: docker stop ${holder.name}`,
    }
  }
  if (holder.kind === 'process') {
    const who = holder.command === undefined ? 'another process' : `${holder.command} (process ${holder.pid})`
    const remedy = holder.pid === undefined ? `Find it: lsof -nP -i :${port}` : `End it: kill ${holder.pid}`
    return { who, details: { pid: holder.pid, command: holder.command }, remedy }
  }
  return {
    who: `something else: ${holder.reason}`,
    details: { reason: holder.reason },
    remedy: `Find it: lsof -nP -i :${port}`,
  }
}

function describeFreePorts(suggestions: readonly number[]): string {
  return suggestions.length === 0 ? '' : ` Free: ${suggestions.join(', ')}.`
}

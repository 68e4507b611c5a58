import type { KeptCopy, ProjectContainer } from '@iris-devtester/core'
import { type HistoryRecord, type LeaseRecord, type PortAssignment, projectName } from '@iris-devtester/core/ports'
import { table } from '../output/table.ts'
import { duration, timeAgo } from '../output/time-ago.ts'

export function assignmentTable(assignments: readonly PortAssignment[]): string {
  return table(
    ['PROJECT', 'SERVICE', 'PORT', 'TYPE', 'STATUS', 'CONTAINER'],
    assignments.map(({ projectPath, service, port, assignmentType, status, containerName }) => [
      projectName(projectPath),
      service,
      port,
      assignmentType,
      status,
      containerName ?? '-',
    ]),
  )
}

export function runTable(runs: readonly LeaseRecord[]): string {
  return table(
    ['PROJECT', 'RUN', 'PID', 'SINCE', 'NAMESPACES'],
    runs.map(({ project_path, runner, process, acquired_at, namespaces }) => [
      projectName(project_path),
      runner,
      process.pid,
      timeAgo(acquired_at),
      namespaces.join(' ') || '-',
    ]),
  )
}

/** What failed tests have left, for people who look for it. */
export function copyTable(copies: readonly KeptCopy[], now = Date.now()): string {
  return table(
    ['KEPT NAMESPACE', 'FAILED TEST', 'SINCE', 'UNTIL'],
    copies.map(({ namespace, test, at, until }) => [
      namespace,
      test ?? '-',
      timeAgo(at, now),
      until === undefined ? 'its run ends' : `${duration(Date.parse(until) - now)} more`,
    ]),
  )
}

export function historyTable(history: readonly HistoryRecord[]): string {
  return table(
    ['WHEN', 'WHAT', 'PORT', 'SERVICE', 'PROJECT', 'WHY'],
    history.map(({ at, action, port, service, project_path, reason }) => [
      at.slice(0, 19).replace('T', ' '),
      action,
      port,
      service,
      projectName(project_path),
      reason,
    ]),
  )
}

export function containerTable(containers: readonly ProjectContainer[]): string {
  return table(
    ['PROJECT', 'CONTAINER', 'STATE', 'PORT', 'WEB', 'RUNS', 'KEPT'],
    containers.map((one) => [
      projectName(one.projectPath),
      one.name,
      one.state,
      one.port || '-',
      one.webPort || '-',
      one.runs.length,
      keptText(one),
    ]),
  )
}

/** What will become of it without a run. */
export function keptText({ keep, idleTimeoutMs, idleSince, owner }: ProjectContainer, now = Date.now()): string {
  if (owner === 'container') return 'by its test'
  if (keep === undefined || idleTimeoutMs === undefined) return '-'
  if (keep === 'stop') return 'until its last run ends'
  if (idleSince === undefined) return `${duration(idleTimeoutMs)} after its last run`
  return `${duration(idleTimeoutMs - (now - Date.parse(idleSince)))} more`
}

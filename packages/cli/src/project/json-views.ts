import type { IrisConnectionInfo, ProjectContainer } from '@iris-devtester/core'
import {
  folderOf,
  type HistoryRecord,
  instanceOf,
  type LeaseRecord,
  type PortAssignment,
} from '@iris-devtester/core/ports'

export function assignmentJson(assignment: PortAssignment) {
  const { projectPath, service, port, assignmentType, status, assignedAt, containerName, expiresAt } = assignment
  return {
    projectPath: folderOf(projectPath),
    instance: instanceOf(projectPath),
    service,
    port,
    type: assignmentType,
    status,
    assignedAt: assignedAt.toISOString(),
    containerName: containerName ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  }
}

export function runJson({ project_path, runner, process, acquired_at, container_id, namespaces }: LeaseRecord) {
  return {
    projectPath: folderOf(project_path),
    instance: instanceOf(project_path),
    runner,
    pid: process.pid,
    host: process.host.split('/')[0] ?? '',
    since: acquired_at,
    containerId: container_id ?? null,
    namespaces,
  }
}

export function containerJson(container: ProjectContainer) {
  const { projectPath, instance, id, name, image, state, port, webPort, keep, idleTimeoutMs, idleSince, copies, runs } =
    container
  return {
    projectPath: folderOf(projectPath),
    instance,
    id,
    name,
    image,
    state,
    port,
    webPort,
    keep: keep ?? null,
    idleTimeoutMs: idleTimeoutMs ?? null,
    idleSince: idleSince ?? null,
    copies: copies.map(({ namespace, test, at, until }) => ({
      namespace,
      test: test ?? null,
      at,
      until: until ?? null,
    })),
    runs: runs.map(runJson),
  }
}

export function historyJson({ at, action, port, project_path, service, reason }: HistoryRecord) {
  return { at, action, port, projectPath: folderOf(project_path), instance: instanceOf(project_path), service, reason }
}

export function connectionJson({ host, port, webPort, namespace, username, password, url }: IrisConnectionInfo) {
  return { host, port, webPort, namespace, username, password, url }
}

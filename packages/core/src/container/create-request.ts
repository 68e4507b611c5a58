import { readFileSync } from 'node:fs'
import { type ContainerIdentity, containerLabels, containerName } from './container-identity.ts'
import { type IrisSettings, SUPERSERVER_PORT, WEB_PORT } from './iris-settings.ts'
import { mergeFile } from './merge-file.ts'

/** Where our own files lie in a container. */
export const FOLDER = '/iris-devtester'
export const MERGE_FILE = `${FOLDER}/merge.cpf`
const LICENSE_FILE = `${FOLDER}/iris.key`

/** A file that is copied into a container before it starts. */
export interface ContainerFile {
  /** Absolute path inside the container. */
  readonly path: string
  readonly content: string | Buffer
  /** What IRIS's own user (uid 51773) has to read, everybody has to: files are root's. */
  readonly mode: number
}

/** What an engine is asked to create, in the engine's own words, and the files to copy in. */
export interface CreateRequest {
  readonly name: string
  readonly body: {
    readonly Image: string
    readonly Cmd?: string[]
    readonly Env: string[]
    readonly Labels: Record<string, string>
    readonly ExposedPorts: Record<string, object>
    readonly HostConfig: {
      readonly PortBindings: Record<string, { HostIp: string; HostPort: string }[]>
      readonly Binds?: string[]
      readonly Memory?: number
    }
  }
  readonly files: readonly ContainerFile[]
}

/** Puts settings and identity into the engine's words. */
export function createRequest(settings: IrisSettings, identity: ContainerIdentity): CreateRequest {
  const command = [...settings.command]
  const files: ContainerFile[] = [{ path: MERGE_FILE, content: mergeFile(settings), mode: 0o644 }]
  if (settings.licenseKey !== undefined) {
    files.push({ path: LICENSE_FILE, content: readFileSync(settings.licenseKey, 'utf8'), mode: 0o644 })
    command.unshift('--key', LICENSE_FILE)
  }
  const binding = (port: number) => [{ HostIp: settings.bindAddress, HostPort: String(port) }]
  return {
    name: containerName(identity),
    body: {
      Image: settings.image,
      ...(command.length === 0 ? {} : { Cmd: command }),
      Env: [
        `ISC_CPF_MERGE_FILE=${MERGE_FILE}`,
        ...Object.entries(settings.environment).map(([name, value]) => `${name}=${value}`),
      ],
      Labels: containerLabels(identity),
      ExposedPorts: { [`${SUPERSERVER_PORT}/tcp`]: {}, [`${WEB_PORT}/tcp`]: {} },
      HostConfig: {
        PortBindings: {
          [`${SUPERSERVER_PORT}/tcp`]: binding(identity.port),
          [`${WEB_PORT}/tcp`]: binding(identity.webPort),
        },
        ...(settings.mounts.length === 0 ? {} : { Binds: [...settings.mounts] }),
        ...(settings.memoryMb === undefined ? {} : { Memory: settings.memoryMb * 1_048_576 }),
      },
    },
    files,
  }
}

/** Whether the entry point runs a command after IRIS has started: ready is then only after that. */
export function hasAfterHook(command: readonly string[]): boolean {
  return command.some((word) => word === '-a' || word === '--after' || word.startsWith('--after='))
}

import { basename } from 'node:path'
import type { PortRegistry } from '../../ports/port-registry.ts'

/**
 * What a container is labelled with to say which registry it belongs to: the registry's folder, or for a registry of
 * another name than the usual one, its own path. Two registries in one folder must not end each other's containers.
 */
export function registryLabel({ folder, registryPath }: Pick<PortRegistry, 'folder' | 'registryPath'>): string {
  return basename(registryPath) === 'port-registry.json' ? folder : registryPath
}

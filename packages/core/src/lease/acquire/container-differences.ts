import { LABELS } from '../../container/container-identity.ts'
import type { IrisSettings } from '../../container/iris-settings.ts'
import { readSettings } from '../../container/settings-file.ts'
import { differingFixed, type SettingName } from '../../container/settings-fingerprints.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { ownFingerprints } from './decide.ts'

/**
 * What a container has otherwise than the run asks for and keeps until it is replaced, a line each: the setting, the
 * container's value, the run's value. Values that may be secret aren't shown.
 *
 * @throws EngineError
 */
export async function describeDifferences(context: HoldContext, found: ContainerInspection): Promise<string[]> {
  const { engine, registry, acquisition, wanted } = context
  const record = (await registry.read()).containers[found.Id]
  const names = differingFixed(ownFingerprints(found, record), wanted)
  const own = names.length === 0 ? undefined : await readSettings(engine, found.Id)
  return [
    ...names.map((name) => difference(name, own, acquisition.settings)),
    ...portDifference('port', found.Config.Labels?.[LABELS.port], acquisition.preferredPort),
    ...portDifference('webPort', found.Config.Labels?.[LABELS.webPort], acquisition.preferredWebPort),
  ]
}

function difference(name: SettingName, own: IrisSettings | undefined, asked: IrisSettings): string {
  return `${name} is ${show(name, own)}, asked for ${show(name, asked)}`
}

function portDifference(name: string, own: string | undefined, asked: number | undefined): string[] {
  if (asked === undefined || own === String(asked)) return []
  return [`${name} is ${own ?? 'unknown'}, asked for ${asked}`]
}

function show(name: SettingName, settings: IrisSettings | undefined): string {
  if (settings === undefined) return 'unknown'
  const value = settings[name]
  if (value === undefined) return 'not set'
  // Variables and merge lines may hold passwords or their hashes.
  if (name === 'environment') return `{${Object.keys(value).join(', ')}}`
  if (name === 'mergeLines') return `${settings.mergeLines.length} lines`
  return typeof value === 'string' ? value : JSON.stringify(value)
}

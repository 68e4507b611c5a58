import type { EngineClient } from '../engine/engine-client.ts'
import { copyIn, readOut } from './container-files.ts'
import { type ContainerFile, FOLDER } from './create-request.ts'
import type { IrisSettings } from './iris-settings.ts'

const SETTINGS_FILE = `${FOLDER}/settings.json`

/**
 * The file in which a container carries its own settings, its password among them. It belongs to root and nobody else may
 * read it, so only who may command the engine, and could enter the container anyway, gets at it: no label shows the
 * password, and no registry keeps it.
 */
export function settingsFile(settings: IrisSettings): ContainerFile {
  return { path: SETTINGS_FILE, content: JSON.stringify(settings), mode: 0o600 }
}

/** Writes a container's own settings into it. */
export function writeSettings(engine: EngineClient, id: string, settings: IrisSettings): Promise<void> {
  return copyIn(engine, id, [settingsFile(settings)])
}

/**
 * The settings that a container carries; `undefined` for one that never finished its set-up.
 *
 * @throws EngineError
 */
export async function readSettings(engine: EngineClient, id: string): Promise<IrisSettings | undefined> {
  const text = await readOut(engine, id, SETTINGS_FILE)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text) as IrisSettings
  } catch {
    // It was overwritten inside the container, so it says nothing.
    return undefined
  }
}

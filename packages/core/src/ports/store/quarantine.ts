import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { writeNewFile } from './generation-files.ts'
import type { RegistryLocation } from './registry-location.ts'

/** Moves the view aside. @returns where it lies now; `undefined` when somebody else was faster */
export function quarantineView(location: RegistryLocation, now: Date): string | undefined {
  const path = freePath(location, now)
  try {
    renameSync(location.view, path)
    return path
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Keeps the text of a generation that can't be read. The generation's own name stays taken. @returns where it lies */
export function quarantineText(location: RegistryLocation, text: string, now: Date): string {
  const path = freePath(location, now)
  writeNewFile(path, text, false)
  return path
}

/** The paths of what has been quarantined. */
export function listQuarantined({ folder, stem }: RegistryLocation): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${stem}.corrupt-`))
  return names.sort().map((name) => join(folder, name))
}

function freePath(location: RegistryLocation, now: Date): string {
  const taken = new Set(listQuarantined(location))
  for (let time = now.getTime(); ; time += 1) {
    const stamp = new Date(time).toISOString().replaceAll(/[:.]/g, '-')
    const path = join(location.folder, `${location.stem}.corrupt-${stamp}.json`)
    if (!taken.has(path)) return path
  }
}

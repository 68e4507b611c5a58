import { createHash, pbkdf2Sync } from 'node:crypto'
import { DEFAULT_SETTINGS, type IrisSettings, readLicenseKey } from './iris-settings.ts'

/** The name of a setting. */
export type SettingName = keyof IrisSettings

/** A short fingerprint for each setting that was named. */
export type Fingerprints = Readonly<Partial<Record<SettingName, string>>>

/** Settings that a running container can take; every other one is fixed when the container is created. */
const LIVE: readonly SettingName[] = ['namespace', 'username', 'password']

/**
 * Fingerprints settings, so that a container's own can be compared with what a run asks for without keeping secrets.
 *
 * @throws IrisContainerError `SETTING_INVALID` when the licence key can't be read.
 */
export function fingerprint(settings: Partial<IrisSettings>): Fingerprints {
  const named = Object.entries(settings).filter(([, value]) => value !== undefined)
  return Object.fromEntries(named.map(([name, value]) => [name, fingerprintOf(name as SettingName, value)]))
}

/** The fingerprints as one line, for a label and a record: `image=0a1b2c3d namespace=…`. */
export function formatFingerprints(fingerprints: Fingerprints): string {
  return Object.entries(fingerprints)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** What {@link formatFingerprints} wrote; nothing for a text of another form. */
export function parseFingerprints(line: string | undefined): Fingerprints {
  const pairs = (line ?? '').split(' ').map((pair) => pair.split('='))
  return Object.fromEntries(pairs.filter((pair) => pair.length === 2)) as Fingerprints
}

/** The settings of `wanted` that a container has otherwise and keeps until it is replaced. */
export function differingFixed(own: Fingerprints, wanted: Fingerprints): SettingName[] {
  return differing(own, wanted).filter((name) => !LIVE.includes(name))
}

/** The settings of `wanted` that a container has otherwise and can take while it runs. */
export function differingLive(own: Fingerprints, wanted: Fingerprints): SettingName[] {
  return differing(own, wanted).filter((name) => LIVE.includes(name))
}

/** Whether the container's setting is the default one. */
export function isDefault(own: Fingerprints, name: 'namespace' | 'username' | 'password'): boolean {
  return own[name] === fingerprintOf(name, DEFAULT_SETTINGS[name])
}

function differing(own: Fingerprints, wanted: Fingerprints): SettingName[] {
  return (Object.keys(wanted) as SettingName[]).filter((name) => own[name] !== wanted[name])
}

function fingerprintOf(name: SettingName, value: unknown): string {
  if (name === 'password') return passwordFingerprint(String(value))
  const content =
    name === 'licenseKey' ? readLicenseKey(String(value)) : name === 'namespace' ? String(value).toUpperCase() : value
  return createHash('sha256').update(JSON.stringify(content, sortKeys)).digest('hex').slice(0, 8)
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The fingerprint ends up in a label that anybody on the engine can read, so it must be slow to guess from. */
function passwordFingerprint(password: string): string {
  if (password === DEFAULT_SETTINGS.password) return 'default'
  return pbkdf2Sync(password, 'iris-devtester', 10_000, 16, 'sha512').toString('hex')
}

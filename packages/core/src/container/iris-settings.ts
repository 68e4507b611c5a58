import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { IrisContainerError } from './container-error.ts'

/** The Community image that is used unless another is named: multi-architecture, pulled without a login. */
export const DEFAULT_IMAGE = 'containers.intersystems.com/intersystems/iris-community:latest-em'

export const SUPERSERVER_PORT = 1972
export const WEB_PORT = 52_773

/** Everything that changes how a container of IRIS behaves. */
export interface IrisSettings {
  /** The image's name, with its tag. */
  readonly image: string
  /** The namespace that connections use; created at start when it isn't one of IRIS's own. */
  readonly namespace: string
  /** The user to create, who may do everything. */
  readonly username: string
  /** The user's password. */
  readonly password: string
  /** The host address that ports are bound to. */
  readonly bindAddress: string
  /** Lines of a configuration merge file, `[section]` lines among them, added to our own. */
  readonly mergeLines: readonly string[]
  /** Absolute path of a licence key file on this machine. */
  readonly licenseKey?: string
  /** Environment variables of the container's, added to the image's own. */
  readonly environment: Readonly<Record<string, string>>
  /** `source:target[:ro]`, absolute paths. */
  readonly mounts: readonly string[]
  /** Memory for 8 KB database buffers, in MiB. IRIS alone would take a quarter of the machine's. */
  readonly globalBuffersMb: number
  /** The container's memory limit in MiB; none unless given. */
  readonly memoryMb?: number
  /** Arguments for the image's entry point (`iris-main`), such as `--after` and its command. */
  readonly command: readonly string[]
}

export const DEFAULT_SETTINGS: IrisSettings = {
  image: DEFAULT_IMAGE,
  namespace: 'USER',
  username: 'test',
  password: 'test',
  bindAddress: '127.0.0.1',
  mergeLines: [],
  environment: {},
  mounts: [],
  globalBuffersMb: 128,
  command: [],
}

const SETTING_NAMES = [
  'image',
  'namespace',
  'username',
  'password',
  'bindAddress',
  'mergeLines',
  'licenseKey',
  'environment',
  'mounts',
  'globalBuffersMb',
  'memoryMb',
  'command',
] as const satisfies readonly (keyof IrisSettings)[]

/** The settings among other options, as far as they are given. */
export function pickSettings(options: Partial<IrisSettings>): Partial<IrisSettings> {
  return Object.fromEntries(
    SETTING_NAMES.map((name) => [name, options[name]] as const).filter(([, value]) => value !== undefined),
  )
}

/**
 * Completes settings with the defaults and checks each: what ends up in a configuration file, a command line or a SQL
 * statement must be of a form that can't be anything else there.
 *
 * @throws IrisContainerError `SETTING_INVALID` naming the setting, its value and what it must be.
 */
export function completeSettings(given: Partial<IrisSettings>): IrisSettings {
  const settings = { ...DEFAULT_SETTINGS, ...pickSettings(given) }
  check('image', settings.image, /^[\w][\w.:/@-]*$/, 'an image name such as intersystems/iris-community:latest-em')
  check('namespace', settings.namespace, NAMESPACE, 'a letter, then at most 62 letters or digits')
  check('username', settings.username, /^[A-Za-z_][\w.@-]{0,127}$/, 'letters, digits and _ . @ -')
  check('bindAddress', settings.bindAddress, /^[0-9a-fA-F.:]+$/, 'an IP address such as 127.0.0.1 or 0.0.0.0')
  if (typeof settings.password !== 'string' || settings.password === '' || /[\0\r\n]/.test(settings.password)) {
    throw invalidSetting('password', '…', 'not empty, on one line')
  }
  checkNumber('globalBuffersMb', settings.globalBuffersMb)
  if (settings.memoryMb !== undefined) checkNumber('memoryMb', settings.memoryMb)
  for (const line of settings.mergeLines) {
    if (typeof line !== 'string' || /[\0\r\n]/.test(line)) throw invalidSetting('mergeLines', line, 'one line each')
  }
  for (const [name, value] of Object.entries(settings.environment)) {
    check('environment', name, /^[A-Za-z_]\w*$/, 'names of letters, digits and _')
    if (typeof value !== 'string' || value.includes('\0')) throw invalidSetting(`environment ${name}`, '…', 'a text')
    if (name === 'ISC_CPF_MERGE_FILE') {
      throw invalidSetting('environment', name, 'without it: the file is made here; add lines to it by mergeLines')
    }
  }
  for (const word of settings.command) {
    if (typeof word !== 'string' || word.includes('\0')) throw invalidSetting('command', word, 'words of text')
  }
  for (const mount of settings.mounts) {
    check('mounts', mount, /^([A-Za-z]:)?[^:]+:\/[^:]+(:(ro|rw|z|Z))?$/, '/source:/target or /source:/target:ro')
  }
  if (settings.licenseKey !== undefined && !isAbsolute(settings.licenseKey)) {
    throw invalidSetting('licenseKey', settings.licenseKey, 'the absolute path of a file')
  }
  return settings
}

/** What IRIS takes as a namespace's name and SQL as an identifier without quotes. */
export const NAMESPACE = /^%?[A-Za-z][A-Za-z0-9]{0,62}$/

/**
 * @throws IrisContainerError `SETTING_INVALID` when the file can't be read.
 */
export function readLicenseKey(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new IrisContainerError({
      code: 'SETTING_INVALID',
      message: `The licence key ${path} can't be read: ${(cause as NodeJS.ErrnoException).code}.`,
      hint: 'Give the absolute path of the iris.key file from InterSystems.',
      details: { setting: 'licenseKey', path },
      cause,
    })
  }
}

function check(setting: string, value: unknown, form: RegExp, wanted: string): void {
  if (typeof value !== 'string' || !form.test(value)) throw invalidSetting(setting, value, wanted)
}

function checkNumber(setting: string, value: unknown): void {
  if (!Number.isSafeInteger(value) || (value as number) < 1)
    throw invalidSetting(setting, value, 'a whole number of MiB')
}

/** What to throw for a setting that can't be. */
export function invalidSetting(setting: string, value: unknown, wanted: string): IrisContainerError {
  return new IrisContainerError({
    code: 'SETTING_INVALID',
    message: `The setting ${setting} is ${JSON.stringify(value)}, but must be ${wanted}.`,
    details: { setting, value, wanted },
  })
}

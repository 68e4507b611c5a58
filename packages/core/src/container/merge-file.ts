import { pbkdf2Sync, randomBytes } from 'node:crypto'
import type { IrisSettings } from './iris-settings.ts'

/** Accounts every IRIS comes with. They are changed; any other is created. */
const BUILT_IN_USERS = ['_SYSTEM', 'SuperUser', 'Admin']
const BUILT_IN_NAMESPACES = ['USER', '%SYS']

/**
 * The configuration merge file that IRIS applies before it opens for connections: our user with its password, no forced
 * password change for the built-in accounts, the namespace, memory, and the user's own lines. Passwords stand in it as
 * PBKDF2 hashes only.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=ACMF
 */
export function mergeFile(settings: IrisSettings, salt: Buffer = randomBytes(16)): string {
  const { username } = settings
  const actions = userActions(settings, salt)
  for (const user of ['_SYSTEM', 'SuperUser']) {
    if (user !== username) actions.push(`ModifyUser:Name=${user},ChangePassword=0,PasswordNeverExpires=1`)
  }
  actions.push('ModifyService:Name=%Service_CallIn,Enabled=1,AutheEnabled=48', ...namespaceActions(settings.namespace))
  const sections = new Map([
    ['config', [`globals=0,0,${settings.globalBuffersMb},0,0,0`]],
    ['Actions', actions],
  ])
  addLines(sections, settings.mergeLines)
  return [...sections].map(([name, lines]) => `[${name}]\n${lines.join('\n')}\n`).join('\n')
}

/**
 * A merge file for an IRIS that runs: a user with its password, and a namespace. What is there already with these values
 * stays as it is.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RACS_ACTIONS
 */
export function liveMergeFile(
  login: Pick<IrisSettings, 'username' | 'password' | 'namespace'>,
  salt: Buffer = randomBytes(16),
): string {
  const [create = ''] = userActions(login, salt)
  // IRIS skips the creation of a user that exists, and then only the modification sets the password.
  const modify = create.replace('CreateUser', 'ModifyUser').replace(',Roles="%All"', '')
  return `[Actions]\n${[...new Set([create, modify]), ...namespaceActions(login.namespace)].join('\n')}\n`
}

function userActions({ username, password }: Pick<IrisSettings, 'username' | 'password'>, salt: Buffer): string[] {
  const hash = `PasswordHash="${passwordHash(password, salt)}"`
  return BUILT_IN_USERS.includes(username)
    ? [`ModifyUser:Name=${username},${hash},ChangePassword=0,PasswordNeverExpires=1`]
    : [`CreateUser:Name=${username},${hash},Roles="%All"`]
}

function namespaceActions(namespace: string): string[] {
  if (BUILT_IN_NAMESPACES.includes(namespace.toUpperCase())) return []
  return [
    `CreateDatabase:Name=${namespace},Directory=/usr/irissys/mgr/${namespace.toLowerCase()}`,
    `CreateNamespace:Name=${namespace},Globals=${namespace},Routines=${namespace}`,
  ]
}

/**
 * The form IRIS stores: hash and salt in hex, the work factor, the algorithm.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RACS_CreateUser
 */
function passwordHash(password: string, salt: Buffer): string {
  const hash = pbkdf2Sync(password, salt, 10_000, 64, 'sha512')
  return `${hash.toString('hex')},${salt.toString('hex')},10000,SHA512`
}

/** A section may stand only once in a file, so the user's lines join ours; a key the user sets replaces ours. */
function addLines(sections: Map<string, string[]>, lines: readonly string[]): void {
  let current = 'Actions'
  for (const line of lines) {
    const section = /^\s*\[([^\]]+)\]\s*$/.exec(line)?.[1]
    if (section !== undefined) {
      current = section
      continue
    }
    if (line.trim() === '') continue
    const own = sections.get(current) ?? []
    const key = /^\s*([^=:]+)=/.exec(line)?.[1]
    const replaced = current === 'Actions' || key === undefined ? own : own.filter((one) => !one.startsWith(`${key}=`))
    sections.set(current, [...replaced, line.trim()])
  }
}

import type { Instance } from '../instance/instance.ts'
import { hashPassword, parsePasswordHash } from '../security/password-hash.ts'
import type { User } from '../security/users.ts'
import { parseCpf } from './parse-cpf.ts'

type Properties = Readonly<Record<string, string>>

const ACTIONS: Readonly<Record<string, (instance: Instance, properties: Properties) => void>> = {
  CreateUser: createUser,
  ModifyUser: modifyUser,
  ModifyService: modifyService,
  CreateDatabase: createDatabase,
  CreateNamespace: createNamespace,
}

/**
 * Applies a merge file's text. What isn't understood, in its name, its case or its values, has no effect and raises no
 * error: IRIS too says "completed successfully" then.
 */
export function applyCpf(instance: Instance, text: string): void {
  for (const line of parseCpf(text)) {
    if (line.kind === 'action' && Object.hasOwn(ACTIONS, line.name)) ACTIONS[line.name]?.(instance, line.properties)
  }
  instance.save()
}

function createUser(instance: Instance, properties: Properties): void {
  const { Name: name, PasswordHash, Password } = properties
  // IRIS skips the creation of what exists.
  if (!name || instance.users.get(name)) return
  const password = PasswordHash !== undefined ? parsePasswordHash(PasswordHash) : hashPassword(Password ?? '')
  if (!password) return
  const user: User = {
    name,
    password,
    roles: '',
    enabled: true,
    changePassword: false,
    passwordNeverExpires: false,
    namespace: '',
  }
  instance.users.put(user)
  changeUser(user, properties)
}

function modifyUser(instance: Instance, properties: Properties): void {
  const user = instance.users.get(properties.Name ?? '')
  if (!user) return
  if (properties.PasswordHash !== undefined) user.password = parsePasswordHash(properties.PasswordHash) ?? user.password
  else if (properties.Password !== undefined) user.password = hashPassword(properties.Password)
  changeUser(user, properties)
}

function changeUser(user: User, properties: Properties): void {
  if (properties.Roles !== undefined) user.roles = properties.Roles
  if (properties.Enabled !== undefined) user.enabled = properties.Enabled === '1'
  if (properties.ChangePassword !== undefined) user.changePassword = properties.ChangePassword === '1'
  if (properties.PasswordNeverExpires !== undefined) user.passwordNeverExpires = properties.PasswordNeverExpires === '1'
  if (properties.NameSpace !== undefined) user.namespace = properties.NameSpace
}

function modifyService(instance: Instance, properties: Properties): void {
  const service = instance.services[properties.Name ?? '']
  if (!service) return
  if (properties.Enabled !== undefined) service.enabled = properties.Enabled === '1'
  if (properties.AutheEnabled !== undefined) service.autheEnabled = Number(properties.AutheEnabled)
}

function createDatabase(instance: Instance, { Name, Directory, Seed }: Properties): void {
  if (Name && Directory) instance.namespaces.createDatabase(Name, Directory, Seed)
}

function createNamespace(instance: Instance, { Name, Globals, Routines }: Properties): void {
  if (Name && Globals) instance.namespaces.createNamespace(Name, Globals, Routines ?? Globals)
}

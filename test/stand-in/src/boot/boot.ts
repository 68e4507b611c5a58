import { once } from 'node:events'
import { accessSync, constants, readFileSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createControlServer } from '../control/control-server.ts'
import { controlSocketPath } from '../control/control-socket.ts'
import { mergeFile } from '../cpf/merge-file.ts'
import type { Instance } from '../instance/instance.ts'
import { hashPassword } from '../security/password-hash.ts'
import { createSuperserver } from '../superserver/superserver.ts'
import { createWebServer } from '../web/web-server.ts'
import { exhaustMemory } from './exhaust-memory.ts'
import type { MainFlags } from './flags.ts'
import { runHook } from './hooks.ts'

/** The start ends here, with this exit code; why has been logged. */
export class BootFailed extends Error {
  override readonly name = 'BootFailed'
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`The start failed with exit code ${exitCode}.`)
    this.exitCode = exitCode
  }
}

const LICENSE_LINES = {
  expired: 'Community License expired.',
  core: 'Invalid Community Edition license, may have exceeded core limit.',
} as const

/**
 * Starts the instance in the documented order: before-hook, merge file, ports, web server, logons, "started", after-hook.
 *
 * @throws BootFailed, HookFailed
 */
export async function boot(instance: Instance, flags: MainFlags, mergePath: string | undefined): Promise<void> {
  const { log, switches } = instance
  if (flags.before) await runHook(log, flags.before)
  log.main('INFO', `Starting InterSystems IRIS instance ${flags.instance}...`)
  await listen(createControlServer(instance), { path: controlSocketPath(instance.home) })
  if (switches.outOfMemory) {
    exhaustMemory()
    throw new BootFailed(137)
  }
  if (flags.key) requireReadable(instance, flags.key)
  if (flags.passwordFile) setPasswords(instance, flags.passwordFile)
  if (switches.licenseExpired) abort(instance, LICENSE_LINES[switches.licenseExpired])
  if (mergePath) applyMerge(instance, mergePath)
  await sleep(0.4 * switches.bootMs)
  if (switches.startupAborted) abort(instance)
  if (switches.exitCode !== undefined && switches.crashAfterMs === undefined) throw new BootFailed(switches.exitCode)

  const { superserverPort, webPort } = switches
  instance.ports.superserver = await listen(createSuperserver(instance), { port: superserverPort })
  await sleep(0.2 * switches.bootMs)
  instance.ports.web = await listen(createWebServer(instance), { port: webPort })
  log.event(`Private webserver started on ${instance.ports.web}`)
  await sleep(0.4 * switches.bootMs)
  if (switches.silent) return
  log.event('Enabling logons')
  instance.logonsEnabled = true
  log.main('INFO', `...started InterSystems IRIS instance ${flags.instance}`)
  if (flags.after) await runHook(log, flags.after)
}

async function listen(server: Server, where: { path: string } | { port: number }): Promise<number> {
  server.listen(where)
  await once(server, 'listening')
  const address = server.address() as AddressInfo | string
  return typeof address === 'string' ? 0 : address.port
}

function abort({ log }: Instance, reason?: string): never {
  if (reason) log.event(reason, { severity: 2, source: 'Generic.Event' })
  log.plain('** Startup aborted **')
  log.main('ERROR', 'Command "iris start IRIS quietly" exited with status 256')
  throw new BootFailed(1)
}

function applyMerge(instance: Instance, path: string): void {
  try {
    mergeFile(instance, path, (line) => instance.log.plain(line))
  } catch (error) {
    abort(instance, (error as Error).message)
  }
}

function requireReadable(instance: Instance, path: string): void {
  try {
    accessSync(path, constants.R_OK)
  } catch {
    instance.log.main('ERROR', `License key ${path} does not exist or is not readable`)
    throw new BootFailed(1)
  }
}

/** The predefined accounts' passwords; that they must be changed stays as it is. */
function setPasswords(instance: Instance, path: string): void {
  let password: string
  try {
    password = readFileSync(path, 'utf8').split(/\r?\n/)[0] ?? ''
  } catch {
    instance.log.main('ERROR', `Password file ${path} does not exist or is not readable`)
    throw new BootFailed(1)
  }
  const hash = hashPassword(password)
  for (const user of instance.users.list()) user.password = hash
  instance.save()
}

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Log } from '../boot/log.ts'
import type { Switches } from '../boot/switches.ts'
import { SignOn } from '../security/sign-on.ts'
import { predefinedUsers, Users } from '../security/users.ts'
import { LicenseUnits } from './license-units.ts'
import { Namespaces } from './namespaces.ts'
import { type InstanceState, readState, type Service, writeState } from './state-file.ts'

/** Everything the servers, the command and the boot share. */
export class Instance {
  readonly switches: Switches
  readonly log: Log
  readonly home: string
  readonly users: Users
  readonly services: Record<string, Service>
  readonly namespaces: Namespaces
  readonly licenses: LicenseUnits
  readonly signOn: SignOn
  readonly startedAt = new Date()
  /** What sessions have locked: `^Patient(1)`. */
  readonly locks = new Set<{ readonly name: string }>()
  /** Whether people may sign on; the ports open earlier. */
  logonsEnabled = false
  ports = { superserver: 0, web: 0 }
  readonly #state: InstanceState

  constructor(switches: Switches, log: Log) {
    this.switches = switches
    this.log = log
    this.home = switches.home
    mkdirSync(this.mgr, { recursive: true })
    this.#state = readState(this.mgr) ?? freshState(this.mgr)
    this.users = new Users(this.#state.users)
    this.services = this.#state.services
    this.namespaces = new Namespaces(this.mgr, this.#state.databases, this.#state.namespaces)
    this.licenses = new LicenseUnits(switches.licenseUnits)
    this.signOn = new SignOn(this.users, switches.refuseLogins)
    this.save()
  }

  get mgr(): string {
    return join(this.home, 'mgr')
  }

  /** Whether a service lets people in by password. */
  allowsPasswords(service: string): boolean {
    const { enabled, autheEnabled } = this.services[service] ?? { enabled: false, autheEnabled: 0 }
    return enabled && (autheEnabled & 32) !== 0
  }

  /** Takes a licence unit, or says in the log that there is none. */
  takeUnit(holder: string, holdMs?: number): boolean {
    if (this.licenses.take(holder, holdMs)) return true
    this.log.event('License limit exceeded: <LICENSE LIMIT EXCEEDED>', { severity: 1, source: 'Generic.Event' })
    return false
  }

  /** Writes what must outlive a restart. */
  save(): void {
    writeState(this.mgr, { ...this.#state, users: this.users.list() })
  }

  close(): void {
    this.logonsEnabled = false
    this.namespaces.close()
  }
}

function freshState(mgr: string): InstanceState {
  return {
    users: predefinedUsers(),
    services: {
      '%Service_Bindings': { enabled: true, autheEnabled: 32 },
      '%Service_CallIn': { enabled: false, autheEnabled: 0 },
      '%Service_Console': { enabled: true, autheEnabled: 48 },
      '%Service_Terminal': { enabled: true, autheEnabled: 48 },
      '%Service_WebGateway': { enabled: true, autheEnabled: 32 },
    },
    databases: { IRISSYS: mgr, USER: join(mgr, 'user') },
    namespaces: { '%SYS': { globals: 'IRISSYS', routines: 'IRISSYS' }, USER: { globals: 'USER', routines: 'USER' } },
  }
}

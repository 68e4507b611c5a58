import {
  connectIris,
  inNamespace,
  resetBeforeTest,
  toEnvironment,
  toInstanceEnvironment,
} from '@iris-devtester/core/connection'
import { afterAll, beforeEach, inject } from 'vitest'
import type { ProvidedInstance } from './provided-iris.ts'
import { reportFailures } from './report-failures.ts'

/**
 * Runs in each worker before each test file: points `inject('iris')` and the environment at this worker's namespaces, and
 * sees to it that their tables are what they were after set-up.
 */
const provided = inject('iris')
if (provided.loadFailure !== undefined) throw Object.assign(new Error(provided.loadFailure), { stack: '' })
const worker = Math.max(1, Number(process.env.VITEST_POOL_ID ?? 1))
const several = Object.values(provided.instances).filter((one) => one !== undefined)
for (const [name, instance] of Object.entries(provided.instances)) {
  if (!instance) continue
  await useOwnNamespace(instance, name)
  Object.assign(process.env, toInstanceEnvironment(instance, name))
}
const main = several.find(({ port, host }) => port === provided.port && host === provided.host)
if (main) Object.assign(provided, inNamespace(provided, main.namespace))
else await useOwnNamespace(provided, '')
Object.assign(process.env, toEnvironment(provided), { IRIS_DEVTESTER_HOLDER: provided.holder })
const irises = several.length > 0 ? several : [provided]
await Promise.all(irises.map(startFresh))
reportFailures(provided.holder, irises)

/** The worker's own, or with the isolation `file` one that no file has had before. */
async function useOwnNamespace(info: ProvidedInstance, instance: string): Promise<void> {
  const { namespaces, namespace } = info
  const own = provided.hasFileNamespaces
    ? await (await import('@iris-devtester/core/run')).takeNamespace(provided.holder, String(worker), instance)
    : (namespaces[(worker - 1) % namespaces.length] ?? namespace)
  Object.assign(info, inNamespace(info, own))
}

async function startFresh({ reset: { when, except }, ...info }: ProvidedInstance): Promise<void> {
  if (when === false) return
  const connection = connectIris(info)
  try {
    await connection.startFresh({ except })
  } finally {
    // The test file opens its own: two would take two units of the licence.
    if (when === 'file') await connection.close()
  }
  if (when === 'file') return
  beforeEach(({ task }) => resetBeforeTest(connection, { except }, !task.concurrent))
  afterAll(() => connection.close())
}

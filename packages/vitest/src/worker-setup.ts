import {
  connectIris,
  type IrisConnectionInfo,
  inNamespace,
  toEnvironment,
  toInstanceEnvironment,
} from '@iris-devtester/core/connection'
import { afterAll, beforeEach, inject } from 'vitest'
import type { ProvidedInstance } from './provided-iris.ts'

/**
 * Runs in each worker before the test file: points `inject('iris')` and the environment at this worker's namespaces, and
 * sees to it that their tables are what they were after set-up.
 */
const provided = inject('iris')
const worker = Math.max(1, Number(process.env.VITEST_POOL_ID ?? 1))
Object.assign(process.env, toEnvironment(useOwnNamespace(provided)))
for (const [name, instance] of Object.entries(provided.instances)) {
  if (instance) Object.assign(process.env, toInstanceEnvironment(useOwnNamespace(instance), name))
}
const several = Object.values(provided.instances).filter((one) => one !== undefined)
await Promise.all((several.length > 0 ? several : [provided]).map(startFresh))

function useOwnNamespace(info: IrisConnectionInfo & { readonly namespaces: readonly string[] }): IrisConnectionInfo {
  const { namespaces, namespace } = info
  return Object.assign(info, inNamespace(info, namespaces[(worker - 1) % namespaces.length] ?? namespace))
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
  beforeEach(() => connection.reset({ except }))
  afterAll(() => connection.close())
}

import {
  type IrisConnectionInfo,
  inNamespace,
  toEnvironment,
  toInstanceEnvironment,
} from '@iris-devtester/core/connection'
import { inject } from 'vitest'

/** Runs in each worker before the test file: points `inject('iris')` and the environment at this worker's namespaces. */
const provided = inject('iris')
const worker = Math.max(1, Number(process.env.VITEST_POOL_ID ?? 1))
Object.assign(process.env, toEnvironment(useOwnNamespace(provided)))
for (const [name, instance] of Object.entries(provided.instances)) {
  if (instance) Object.assign(process.env, toInstanceEnvironment(useOwnNamespace(instance), name))
}

function useOwnNamespace(info: IrisConnectionInfo & { readonly namespaces: readonly string[] }): IrisConnectionInfo {
  const { namespaces, namespace } = info
  return Object.assign(info, inNamespace(info, namespaces[(worker - 1) % namespaces.length] ?? namespace))
}

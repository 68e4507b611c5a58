import { inNamespace, toEnvironment } from '@iris-devtester/core/connection'
import { inject } from 'vitest'

/** Runs in each worker before the test file: points `inject('iris')` and the environment at this worker's namespace. */
const provided = inject('iris')
const { namespaces } = provided
const worker = Number(process.env.VITEST_POOL_ID ?? 1)
const own = inNamespace(provided, namespaces[(Math.max(1, worker) - 1) % namespaces.length] ?? provided.namespace)
Object.assign(provided, own)
Object.assign(process.env, toEnvironment(own))

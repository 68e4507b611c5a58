import { join } from 'node:path'
import { afterEach, beforeEach, expect } from 'vitest'
import {
  PortRegistry,
  PortRegistryError,
  type PortRegistryOptions,
  type RegistryStore,
  type RegistryWarning,
} from '../../packages/core/src/ports/index.ts'
import { TemporaryFolder } from '../faults/temporary-folder.ts'

/** A range that nothing on a machine is likely to use, and no other worker of these tests. */
export const FIRST = 20_000 + Number(process.env.VITEST_POOL_ID ?? 1) * 100
export const RANGE = [FIRST, FIRST + 9] as const

/** This test's own folder, a registry in it, and what that has warned of. */
export let folder: TemporaryFolder
export let registry: PortRegistry
export let warnings: RegistryWarning[]

let given: PortRegistryOptions = {}
let storeFor: ((registryId: string) => RegistryStore) | undefined
let opened: RegistryStore[] = []

/**
 * Runs the tests that are imported after it with registries that are kept elsewhere than in a folder. Stores of the same id
 * are views of one registry.
 */
export function runOnStores(make: (registryId: string) => RegistryStore): void {
  storeFor = make
}

/** Whether the registries under test are folders of files. */
export function isInFolder(): boolean {
  return storeFor === undefined
}

/** Gives each test of the file a registry of its own, without Docker, in the folder `home` of a temporary one. */
export function useRegistry(options: PortRegistryOptions = {}): void {
  beforeEach(() => {
    given = options
    folder = new TemporaryFolder()
    warnings = []
    registry = open()
  })
  afterEach(async () => {
    await Promise.all(opened.map((store) => store.close?.()))
    opened = []
    folder[Symbol.dispose]()
  })
}

/** The options of this test's registry: plain but for the listener. */
export function options(): PortRegistryOptions {
  const onWarning = (warning: RegistryWarning) => void warnings.push(warning)
  const store = storeFor?.(folder.path)
  if (store) opened.push(store)
  const env = { ...process.env, IRIS_DEVTESTER_PORT_RANGE: undefined, IRIS_DEVTESTER_WEB_PORT_RANGE: undefined }
  const registryPath = join(folder.path, 'home', 'port-registry.json')
  return { registryPath, store, docker: false, onWarning, env, ...given }
}

/** Another view of this test's registry, as another process would have it. */
export function open(more: PortRegistryOptions = {}): PortRegistry {
  return new PortRegistry({ ...options(), ...more })
}

/** The error a request is refused with. */
export async function refusal(request: Promise<unknown>): Promise<PortRegistryError> {
  const error = await request.then(
    () => new Error('no error'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(PortRegistryError)
  return error as PortRegistryError
}

/** The code of the error a request is refused with. */
export async function codeOf(request: Promise<unknown>): Promise<string> {
  return (await refusal(request)).code
}

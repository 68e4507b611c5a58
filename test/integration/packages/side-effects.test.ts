import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { InstalledPackages } from '../../packages/installed-packages.ts'
import { PackedPackages } from '../../packages/packed-packages.ts'
import { RegistryHome } from '../consumer/registry-home.ts'

let packages: PackedPackages
let project: InstalledPackages
beforeAll(async () => {
  packages = await PackedPackages.pack()
  project = new InstalledPackages(packages.all)
  project.write('package.json', '{ "type": "module" }')
  project.write('observe.js', OBSERVE)
})
afterAll(() => {
  project[Symbol.dispose]()
  packages[Symbol.dispose]()
})

/** Imports one entry, or requires it, and prints what that changed. */
const OBSERVE = `
import { createRequire, registerHooks } from 'node:module'
const [how, name] = process.argv.slice(2)
const loaded = []
registerHooks({
  load(url, context, next) {
    loaded.push(url)
    return next(url, context)
  },
})
const state = () => ({
  env: JSON.stringify(process.env),
  listeners: process.eventNames().map(String).sort(),
  resources: process.getActiveResourcesInfo().filter((kind) => kind !== 'CloseReq' && kind !== 'FSReqPromise'),
})
const before = state()
if (how === 'import') await import(name)
else createRequire(import.meta.url)(name)
const after = state()
console.log(JSON.stringify({
  sameEnvironment: before.env === after.env,
  newListeners: after.listeners.filter((one) => !before.listeners.includes(one)),
  newResources: after.resources.filter((one) => !before.resources.includes(one)),
  clients: loaded.filter((url) => /node_modules\\/(testcontainers|dockerode|docker-modem|ssh2)\\//.test(url)).length,
  ours: loaded.filter((url) => url.includes('@iris-devtester')).length > 0,
}))
`

interface Observation {
  readonly sameEnvironment: boolean
  readonly newListeners: readonly string[]
  readonly newResources: readonly string[]
  readonly clients: number
  readonly ours: boolean
}

async function observe(how: string, name: string): Promise<Observation> {
  return JSON.parse(await project.node(['observe.js', how, name])) as Observation
}

const QUIET = { sameEnvironment: true, newListeners: [], newResources: [], clients: 0, ours: true }

test.for(['', '/ports', '/connection', '/container'].flatMap((entry) => [`import ${entry}`, `require ${entry}`]))(
  'core does nothing and loads no Docker client when it is loaded: %s',
  async (load) => {
    const [how, entry] = load.split(' ') as [string, string]

    expect(await observe(how, join('@iris-devtester/core', entry))).toEqual(QUIET)
  },
)

test('the package for Testcontainers alone loads the container library', async () => {
  const { clients, sameEnvironment } = await observe('import', '@iris-devtester/testcontainers')

  expect(clients).toBeGreaterThan(0)
  expect(sameEnvironment).toBe(true)
})

test('no other entry touches the environment or the signals', async () => {
  const others = packages.all
    .filter(({ folder }) => folder !== 'core' && folder !== 'testcontainers')
    .flatMap(({ manifest }) =>
      Object.entries(manifest.exports)
        .filter(([path, target]) => path !== './package.json' && typeof target === 'object')
        .map(([path]) => join(manifest.name, path)),
    )
    .filter((name) => !NEEDS_RUNNER.has(name))
  for (const name of others) {
    const { sameEnvironment, newListeners } = await observe('import', name)
    expect({ name, sameEnvironment, signals: newListeners.filter((one) => one.startsWith('SIG')) }).toEqual({
      name,
      sameEnvironment: true,
      signals: [],
    })
  }
  expect(others).toContain('@iris-devtester/vitest')
})

/** Vitest's own modules can't be loaded outside a worker. */
const NEEDS_RUNNER = new Set(['@iris-devtester/vitest/test', '@iris-devtester/vitest/worker-setup'])

test('an installed core starts an IRIS, answers a statement and leaves nothing', async () => {
  await using home = new RegistryHome()
  project.write(
    'smoke.cjs',
    `const { acquireIris } = require('@iris-devtester/core')
     acquireIris({ keep: 'stop', quiet: true }).then(async (iris) => {
       const [{ one }] = await iris.connection.sql('SELECT 1 AS one')
       await iris.release()
       console.log('ONE', one)
     })`,
  )

  const output = await project.node(['smoke.cjs'], home.env)

  expect(output).toContain('ONE 1')
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

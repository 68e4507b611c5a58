import { acquireIris } from '@iris-devtester/core'
import { TinyContainers } from '../contract/tiny-containers.ts'
import { FleetHome } from '../integration/fleet/fleet-home.ts'
import { hasPostgres } from './postgres-server.ts'
import { IMAGE, TestHome } from './test-home.ts'

// A test that will never come to its end: it has a container of each kind, a server where there is one, and says which.
const home = await TestHome.create()
const container = await (await home.container('project')).start()
const tiny = await (await TinyContainers.open()).create({ start: false })
const fleet = hasPostgres ? await FleetHome.create() : undefined
process.env.IRIS_DEVTESTER_REAPER = '0'
const iris =
  fleet && (await acquireIris({ projectPath: fleet.folder, image: IMAGE, registry: fleet.registry, quiet: true }))
const ids = [container.getId(), tiny, ...(iris?.container ? [iris.container.id] : [])]
const folders = [home.path, ...(fleet ? [fleet.folder, fleet.server.folder] : [])]
console.log(JSON.stringify({ folders, ids, server: fleet?.server.pid }))
setInterval(() => {}, 60_000)

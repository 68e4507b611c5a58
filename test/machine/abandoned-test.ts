import { TinyContainers } from '../contract/tiny-containers.ts'
import { TestHome } from './test-home.ts'

// A test that will never come to its end: it has a container of each kind and says which.
const home = await TestHome.create()
const container = await (await home.container('project')).start()
const tiny = await (await TinyContainers.open()).create({ start: false })
console.log(JSON.stringify({ folder: home.path, ids: [container.getId(), tiny] }))
setInterval(() => {}, 60_000)

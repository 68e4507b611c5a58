import { reap } from './reaper.ts'

const registryPath = process.argv[2]
if (registryPath === undefined) throw new Error('usage: reaper <registry path>')
// A terminal's Ctrl-C goes to the whole group; the reaper is there for what comes after it.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
const tickMs = Number(process.env.IRIS_DEVTESTER_REAPER_TICK_MS)
await reap(registryPath, tickMs > 0 ? { tickMs } : {})

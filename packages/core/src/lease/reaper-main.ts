import { reap } from './reaper.ts'

const registryPath = process.argv[2]
if (registryPath === undefined) throw new Error('usage: reaper <registry path>')
// A terminal's Ctrl-C goes to the whole group; the reaper is there for what comes after it.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
await reap(registryPath)

import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { summarise } from './measure.ts'

const RUNS = 9
const core = createRequire(new URL('../../packages/core/package.json', import.meta.url))
const module = createRequire(new URL('../../packages/testcontainers/package.json', import.meta.url))
const library = createRequire(module.resolve('testcontainers'))

/** What it costs a process to load a way to the container engine, each in a process of its own, in turns. */
export async function bench(): Promise<void> {
  const modem = createRequire(library.resolve('dockerode')).resolve('docker-modem')
  const ways: readonly (readonly [name: string, path: string])[] = [
    ['nothing', ''],
    ['node:http', 'node:http'],
    ['docker-modem', modem],
    ['dockerode', library.resolve('dockerode')],
    ['testcontainers', module.resolve('testcontainers')],
    ['@iris-devtester/core', core.resolve('./dist/index.cjs')],
  ]
  const figures = new Map(ways.map(([name]) => [name, { millis: [] as number[], megabytes: [] as number[] }]))
  for (let run = 0; run < RUNS; run += 1) {
    for (const [name, path] of ways) {
      const { millis, megabytes } = load(path)
      figures.get(name)?.millis.push(millis)
      figures.get(name)?.megabytes.push(megabytes)
    }
  }
  const floor = summarise(figures.get('nothing')?.megabytes ?? [])
  const http = summarise(figures.get('node:http')?.millis ?? [])
  for (const [name, { millis, megabytes }] of figures) {
    const time = summarise(millis)
    const memory = summarise(megabytes)
    const ratio = (time.median / http.median).toFixed(1)
    console.log(
      `import ${name.padEnd(22)} ${time.median.toFixed(1).padStart(7)} ms (p90 ${time.p90.toFixed(1)})  ${ratio.padStart(6)} × node:http  +${(memory.median - floor.median).toFixed(1)} MB resident`,
    )
  }
}

/** Loads a module in a new process; time in ms, resident memory in MB. */
function load(path: string): { millis: number; megabytes: number } {
  const code = `
    const began = performance.now()
    ${path === '' ? '' : `require(${JSON.stringify(path)})`}
    const millis = performance.now() - began
    console.log(JSON.stringify({ millis, megabytes: process.memoryUsage().rss / 1048576 }))`
  return JSON.parse(execFileSync(process.execPath, ['-e', code], { encoding: 'utf8' }))
}

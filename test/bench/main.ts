import { readdirSync } from 'node:fs'
import { loadavg } from 'node:os'

// Runs every benchmark here, or those whose file names contain one of the arguments. Prints; never fails on a figure.
const wanted = process.argv.slice(2)
const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.bench.ts'))
for (const file of files.filter((name) => wanted.length === 0 || wanted.some((part) => name.includes(part)))) {
  const load = loadavg().map((one) => one.toFixed(2))
  console.log(`\n${file} (Node ${process.version}, load ${load.join(' ')})`)
  const { bench } = (await import(new URL(file, import.meta.url).href)) as { bench: () => Promise<void> }
  await bench()
}

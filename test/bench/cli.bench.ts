import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compare, report } from './measure.ts'

const PROGRAM = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url))
const RUNS = 30

/** What starting the command line costs over starting Node. */
export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'iris-cli-bench-'))
  try {
    const nothing = join(folder, 'nothing.mjs')
    writeFileSync(nothing, '')
    const start = (file: string, ...words: string[]) =>
      spawnSync(process.execPath, [file, ...words], { env: { ...process.env, IRIS_DEVTESTER_HOME: folder } })
    for (const words of [['--help'], ['up', '--help'], ['ports', 'list', '--json']]) {
      const { floor, work } = await compare(
        RUNS,
        () => start(nothing),
        () => start(PROGRAM, ...words),
      )
      const name = `iris-devtester ${words.join(' ')}`
      report(`${name} / bare Node`, floor, work, '')
      const aim = words.includes('--help') ? '   aim ≤ 100 ms' : ''
      console.log(`${name}: ${(work.median - floor.median).toFixed(1)} ms over bare Node${aim}`)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Runs the tests and says how much of the packages ran, in our own process and in those the tests start. Needs a build.
 *
 *   node test/coverage/main.ts                    all tests, with containers: minutes
 *   node test/coverage/main.ts test/contract/     those whose paths contain the argument, and the unit tests
 */
import { readFileSync, rmSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { show } from '../setup/run.mjs'
import { root } from '../setup/workspace.mjs'
import { addChildCoverage } from './child-coverage.ts'
import { figures, missedPlaces } from './figures.ts'
import type { FileCoverage } from './file-coverage.ts'

/** The least that has to run, in percent of lines and of branches. */
const LEAST: Readonly<Record<string, number>> = { 'packages/core/src/ports': 95 }
const LEAST_ELSEWHERE = 90

const folder = join(root, 'coverage')
const children = join(folder, 'children')
rmSync(folder, { recursive: true, force: true })
const filters = process.argv.slice(2)
const tests = filters.length === 0 ? [] : ['packages/', ...filters]
const args = ['run', '--project', 'unit', '--project', 'machine', '--coverage', ...tests]
const code = await show('vitest', args, { ...process.env, IRIS_TEST_CHILD_COVERAGE: children })

const files = JSON.parse(readFileSync(join(folder, 'coverage-final.json'), 'utf8')) as Record<string, FileCoverage>
const reports = await addChildCoverage(children, files)
// They are large.
rmSync(children, { recursive: true, force: true })
const all = Object.values(files)
for (const file of all) {
  const missed = missedPlaces(file)
  if (missed.length > 0) console.log(`not run: ${relative(root, file.path)}:${missed.join(',')}`)
}
console.log(`\nLines and branches that ran, here and in ${reports} other processes:`)
const low: string[] = []
for (const { area, lines, branches } of figures(all, areaOf)) {
  console.log(`${area.padEnd(32)} ${lines.toFixed(1).padStart(6)} % ${branches.toFixed(1).padStart(6)} %`)
  const least = LEAST[area] ?? LEAST_ELSEWHERE
  if (Math.min(lines, branches) < least) low.push(`${area} is below ${least} %`)
}
for (const sentence of low) console.log(`✗ ${sentence}`)
process.exitCode = code !== 0 || low.length > 0 ? 1 : 0

/** The folder of sources that a file belongs to: `packages/core/src/ports`. */
function areaOf(path: string): string {
  return dirname(relative(root, path)).split(sep).slice(0, 4).join('/')
}

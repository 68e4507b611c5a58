/**
 * Runs every test with a container, and every example, on a real IRIS: `IRIS_IMAGE`, by default InterSystems' Community
 * Edition. Only failures that a real IRIS can't be made to have come from the stand-in. At the end it says which facts that
 * the product and the stand-in take for granted were confirmed, which refuted.
 *
 *   node test/real/main.ts            everything, after a build
 *   node test/real/main.ts --facts    the facts alone
 */
import { parseArgs } from 'node:util'
import { DEFAULT_IMAGE } from '../../packages/core/src/container/iris-settings.ts'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { pullImage } from '../setup/pull-image.ts'
import { show } from '../setup/run.mjs'
import { buildStandIn } from '../stand-in/build.ts'
import { checkFacts } from './check-facts.ts'
import { runExamples } from './run-examples.ts'
import { factLine, summary } from './summary.ts'

const { values } = parseArgs({ options: { facts: { type: 'boolean', default: false } } })
const image = process.env.IRIS_IMAGE || DEFAULT_IMAGE
const engine = await findEngine()
if ((await engine.inspectImage(image)) === undefined) {
  console.log(`Pulling ${image}`)
  await pullImage(engine, image, (line) => console.log(`  ${line}`))
}
const env = { ...process.env, IRIS_IMAGE: image }

const failed: string[] = []
if (!values.facts) {
  // What a real IRIS can't be made to do, such as failing in a given way, is tested on the stand-in.
  await buildStandIn()
  console.log(`\n— tests on ${image}`)
  const folders = ['test/contract/', 'test/integration/', 'test/faults/']
  if ((await show('vitest', ['run', '--project', 'machine', ...folders], env)) !== 0) failed.push('tests')
  failed.push(...(await runExamples(env)))
}
console.log(`\n— facts on ${image}`)
const facts = await checkFacts(engine, image, (fact) => console.log(factLine(fact)))
console.log(`\n${summary(facts, failed)}`)
process.exitCode = failed.length > 0 || facts.some(({ verdict }) => verdict === 'refuted') ? 1 : 0

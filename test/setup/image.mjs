import { mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture, tail } from './run.mjs'
import { SetUpError } from './set-up-error.mjs'
import { readText } from './stamp.mjs'
import { say } from './step.mjs'
import { memory, node, root } from './workspace.mjs'

/** What is used where nobody names an image: InterSystems' Community Edition, which needs no login. */
export const communityImage = 'containers.intersystems.com/intersystems/iris-community:latest-em'

const standInImage = 'iris-devtester/stand-in:latest'

const imageTool = join(root, 'test/setup/image-tool.ts')
const standInBuild = join(root, 'test/stand-in/build.ts')
const refusal = join(memory, 'pull-refused')
const refusalHoldsMs = 60 * 60_000

/**
 * Sees to it that there is an image to run: the one `IRIS_IMAGE` names, else the Community Edition, else, where that can't
 * be pulled, the stand-in.
 *
 * @param {string} engine the engine's address
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<import('./step.mjs').Outcome & { image: string, standIn: boolean }>}
 * @throws {SetUpError} when `IRIS_IMAGE` names an image that is neither there nor to be pulled
 */
export async function provideImage(engine, env = process.env) {
  const wanted = env.IRIS_IMAGE || communityImage
  if (await isThere(wanted, env)) return { already: true, what: wanted, image: wanted, standIn: false }
  if (env.IRIS_IMAGE || !wasRefused(wanted, engine)) {
    const problem = await pull(wanted, env)
    if (problem === undefined) return { already: false, what: `pulled ${wanted}`, image: wanted, standIn: false }
    if (env.IRIS_IMAGE) throw new SetUpError(problem)
    mkdirSync(memory, { recursive: true })
    writeFileSync(refusal, `${engine} ${wanted}`)
    say(`It can't be pulled: ${problem.split('\n')[0]}`)
  }
  return buildStandIn(env)
}

/** @param {NodeJS.ProcessEnv} env */
async function buildStandIn(env) {
  const { code, output } = await capture(node, [standInBuild, '--tag', standInImage], { env })
  if (code !== 0) throw new SetUpError(`Building the stand-in image failed (exit code ${code}):\n${tail(output)}`)
  const already = output.includes('already there')
  return { already, what: `${standInImage}: a stand-in, not InterSystems IRIS`, image: standInImage, standIn: true }
}

/** What a reader must know about results that came from the stand-in. */
export const standInNotice = `${communityImage}
can't be pulled here, so what runs is a stand-in: a small program that does what IRIS does outwardly (log, ports,
log-in, SQL over HTTP). It shows that ports, containers and the test runners work together. It can't show IRIS's
own SQL dialect, ObjectScript, speed, memory use or start-up time. For those: IRIS_IMAGE=<image> npm start`

/**
 * @param {string} image
 * @param {NodeJS.ProcessEnv} env
 */
async function isThere(image, env) {
  return (await capture(node, [imageTool, 'has', image], { env })).code === 0
}

/**
 * @param {string} image
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<string | undefined>} what came of it when it failed
 */
async function pull(image, env) {
  say(`Pulling ${image}`)
  const { code, output } = await capture(node, [imageTool, 'pull', image], { env, echo: true })
  return code === 0 ? undefined : output.trim()
}

/**
 * @param {string} image
 * @param {string} engine
 */
function wasRefused(image, engine) {
  return readText(refusal) === `${engine} ${image}` && Date.now() - statSync(refusal).mtimeMs < refusalHoldsMs
}

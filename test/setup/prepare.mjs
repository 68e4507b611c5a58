import { needsBrowser, provideBrowser } from './browser.mjs'
import { provideEngine } from './engine.mjs'
import { provideImage, standInNotice } from './image.mjs'
import { buildPackages, installPackages } from './packages.mjs'
import { say, step } from './step.mjs'

/**
 * Brings the machine to where everything can run, doing only what isn't done yet. The engine comes first: whoever has none
 * should learn that in a second, not after the packages are installed.
 *
 * @returns {Promise<NodeJS.ProcessEnv>} the environment for what runs next
 */
export async function prepare() {
  const { address } = await step('engine', provideEngine)
  await step('packages', installPackages)
  await step('build', buildPackages)
  const { image, standIn } = await step('image', () => provideImage(address))
  if (standIn) say(standInNotice)
  if (needsBrowser()) await step('browser', provideBrowser)
  return { ...process.env, IRIS_IMAGE: image }
}

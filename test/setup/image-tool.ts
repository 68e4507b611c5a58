// Asks the engine about one image. The set-up runs this on the workspace's own Node, because the product is TypeScript and
// the set-up may run on a Node that can't read it.
//   node image-tool.ts has <image>    exit code 0 when the engine has it, 1 when not
//   node image-tool.ts pull <image>   exit code 0 when it is there afterwards; else 1, and why on standard error
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { pullImage } from './pull-image.ts'

const [command, image] = process.argv.slice(2)
if (!image) throw new Error('Which image?')
try {
  const engine = await findEngine()
  if (command === 'pull') await pullImage(engine, image, (line) => console.log(`  ${line}`))
  else if (!(await engine.inspectImage(image))) process.exitCode = 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

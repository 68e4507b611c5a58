/** A run that holds its project's IRIS until its standard input ends: `node live-run.ts <project> <runner> <workers>`. */
import { acquireIris } from '../../../packages/core/src/index.ts'

const [projectPath = '', runner = '', workers = '1'] = process.argv.slice(2)
const iris = await acquireIris({ projectPath, runner, workers: Number(workers), quiet: true })
process.stdout.write('held\n')
for await (const _ of process.stdin);
await iris.release()

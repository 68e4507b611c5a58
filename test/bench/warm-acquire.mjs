import { acquireIris } from '../../packages/core/dist/index.js'

const iris = await acquireIris({
  projectPath: process.env.BENCH_PROJECT,
  environment: { STANDIN_BOOT_MS: '300' },
  isolation: 'shared',
  keep: 'warm',
  quiet: true,
})
process.stdout.write('acquired\n')
await iris.release()

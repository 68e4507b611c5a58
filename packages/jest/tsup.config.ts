import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    jsdom: 'src/jsdom.ts',
    'global-setup': 'src/global-setup.ts',
    'global-teardown': 'src/global-teardown.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node22',
  splitting: true,
  shims: true,
  publicDir: 'preset',
  dts: { entry: { index: 'src/index.ts', jsdom: 'src/jsdom.ts' } },
  sourcemap: true,
  clean: true,
})

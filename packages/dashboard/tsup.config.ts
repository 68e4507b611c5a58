import { defineConfig } from 'tsup'

export default defineConfig([
  {
    entry: { index: 'src/index.ts' },
    format: ['esm', 'cjs'],
    target: 'node22',
    // The page's files are found beside the module.
    shims: true,
    dts: true,
    sourcemap: true,
    clean: ['!page/**'],
  },
  {
    entry: { page: 'src/page/main.tsx' },
    tsconfig: 'src/page/tsconfig.json',
    outDir: 'dist/page',
    format: ['iife'],
    outExtension: () => ({ js: '.js' }),
    platform: 'browser',
    target: 'es2022',
    // All that the page needs is in it: it loads nothing from elsewhere.
    noExternal: [/./],
    minify: true,
  },
])

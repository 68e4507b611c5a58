import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    ports: 'src/ports/index.ts',
    container: 'src/container/index.ts',
    connection: 'src/connection/index.ts',
    run: 'src/run/index.ts',
    reaper: 'src/lease/cleanup/reaper-main.ts',
    'run-host': 'src/run/run-host-main.ts',
  },
  format: ['esm', 'cjs'],
  target: 'node22',
  // Shared chunks keep one copy of each class, so `instanceof` holds across entries.
  splitting: true,
  shims: true,
  dts: {
    entry: {
      index: 'src/index.ts',
      ports: 'src/ports/index.ts',
      container: 'src/container/index.ts',
      connection: 'src/connection/index.ts',
      run: 'src/run/index.ts',
    },
  },
  sourcemap: true,
  esbuildOptions: (options, { format }) => {
    // One copy of the sources is enough to read: the maps of both formats would make half of an installation.
    options.sourcesContent = format === 'esm'
  },
  clean: true,
})

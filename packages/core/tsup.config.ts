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
  clean: true,
})

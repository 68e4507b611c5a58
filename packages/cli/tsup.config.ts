import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { main: 'src/main.ts' },
  format: ['esm'],
  target: 'node22',
  // Each command is a chunk of its own, so that help and completion load none of them.
  splitting: true,
  sourcemap: true,
  clean: true,
})

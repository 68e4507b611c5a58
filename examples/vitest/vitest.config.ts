import { iris } from '@iris-devtester/vitest'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Both options may be left out: each test begins with these tables and rows.
  plugins: [iris({ load: ['schema.sql', 'Patient.csv'], reset: 'each' })],
})

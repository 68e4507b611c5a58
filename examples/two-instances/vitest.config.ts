import { iris } from '@iris-devtester/vitest'
import { defineConfig } from 'vitest/config'

// Each instance takes options of its own, for example another image: archive: { image: '…:2025.1' }.
export default defineConfig({ plugins: [iris({ load: ['schema.sql'], instances: { main: {}, archive: {} } })] })

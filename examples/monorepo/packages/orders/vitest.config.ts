import { iris } from '@iris-devtester/vitest'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [iris({ share: 'workspace', load: ['schema.sql'] })] })

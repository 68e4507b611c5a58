import { ConsumerProject } from '../consumer/consumer-project.ts'

/** A Vitest project of a user's, with the adapter installed. */
export function vitestProject(
  files: Readonly<Record<string, string>>,
  vitest = process.env.IRIS_TEST_VITEST ?? 'vitest',
): ConsumerProject {
  return new ConsumerProject({
    files: {
      'package.json': '{ "name": "consumer", "type": "module" }',
      'vitest.config.ts': CONFIG,
      ...files,
    },
    packages: ['vitest'],
    dependencies: { vitest },
  })
}

/** The whole of a user's configuration. */
export const CONFIG = `
import { defineConfig } from 'vitest/config'
import { iris } from '@iris-devtester/vitest'
export default defineConfig({ plugins: [iris()] })
`

export const VITEST = 'vitest/vitest.mjs'

/** A test file that shows what its worker sees, on a line that begins with \`SEEN\`. */
export const SEE = `
import { inject, test } from 'vitest'
import { seenAtImport } from './app.ts'
test('sees', async () => {
  const { host, port, namespace } = inject('iris')
  console.log('SEEN ' + JSON.stringify({ host, port, namespace, seenAtImport, url: process.env.IRIS_URL }))
})
`

/** Code under test that reads its settings when it is imported, as most does. */
export const APP = `
export const seenAtImport = { host: process.env.IRIS_HOST, port: process.env.IRIS_PORT, namespace: process.env.IRIS_NAMESPACE }
`

export interface Seen {
  readonly host: string
  readonly port: number
  readonly namespace: string
  readonly seenAtImport: { readonly host: string; readonly port: string; readonly namespace: string }
  readonly url: string
}

export function seenIn(output: string): Seen[] {
  return [...output.matchAll(/SEEN (\{.*\})/g)].map(([, json]) => JSON.parse(json as string) as Seen)
}

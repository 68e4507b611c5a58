import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ConsumerProject } from '../consumer/consumer-project.ts'

/** A Playwright project of a user's, with the adapter and other packages of ours installed. */
export function playwrightProject(
  files: Readonly<Record<string, string>>,
  packages: readonly string[] = [],
): ConsumerProject {
  return new ConsumerProject({
    files: { 'package.json': '{ "name": "consumer", "type": "module" }', ...files },
    packages: ['playwright', ...packages],
    dependencies: { '@playwright/test': process.env.IRIS_TEST_PLAYWRIGHT ?? '@playwright/test' },
  })
}

export const PLAYWRIGHT = '@playwright/test/cli.js'

/** A configuration whose tests need nothing but what it says. */
export function configuration({ server = 'irisServer()', more = '' } = {}): string {
  return `
    import { defineConfig } from '@playwright/test'
    import { appPort, irisServer } from '@iris-devtester/playwright'
    export default defineConfig({ reporter: 'list', webServer: [${server}], ${more} })`
}

/** Code under test that reads its settings when it is imported, as most does. */
export const APP = `
export const seenAtImport = { host: process.env.IRIS_HOST, port: process.env.IRIS_PORT, namespace: process.env.IRIS_NAMESPACE }
`

/** Shows what a test sees, on a line that begins with `SEEN`. */
export const SEE = `console.log('SEEN ' + JSON.stringify({
  port: iris.port, namespace: iris.namespace, worker: process.env.TEST_WORKER_INDEX, url: process.env.IRIS_URL,
}))`

export interface Seen {
  readonly port: number
  readonly namespace: string
  readonly worker: string
  readonly url: string
  readonly seenAtImport?: { readonly host: string; readonly port: string; readonly namespace: string }
}

export function seenIn(output: string): Seen[] {
  return [...output.matchAll(/SEEN (\{.*\})/g)].map(([, json]) => JSON.parse(json as string) as Seen)
}

/** The texts that tests have attached under a name, by the JSON report `report.json`. */
export function attached(folder: string, name: string): string[] {
  const report = JSON.stringify(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')))
  const bodies = [...report.matchAll(new RegExp(`{"name":"${name}","contentType":"text/plain","body":"([^"]*)"`, 'g'))]
  return bodies.map(([, body = '']) => Buffer.from(body, 'base64').toString())
}

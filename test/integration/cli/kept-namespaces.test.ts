import { expect, test } from 'vitest'
import { acquireIris } from '../../../packages/core/src/lease/index.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'

interface Status {
  readonly container: {
    readonly copies: readonly {
      readonly namespace: string
      readonly test: string | null
      readonly until: string | null
    }[]
  }
}

test('what a failed test left is listed and queried, until the idle limit has passed and the reaper drops it', async () => {
  await using home = new RegistryHome()
  using line = new CommandLine(home.env)
  const options = { projectPath: line.folder, registry: home.registry, onFailure: 'keep', quiet: true } as const
  const copies = async () => (await line.json<Status>(['status'])).value.container.copies
  const run = await acquireIris({ ...options, keep: 'warm', idleTimeoutMs: 600_000 })
  await run.connection.sql('CREATE TABLE Patient (Name VARCHAR(20))')
  await run.connection.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
  const { namespace, text } = await run.keepCopy(undefined, 'a.test.ts > fails')
  expect(await copies()).toEqual([{ namespace, test: 'a.test.ts > fails', at: expect.any(String), until: null }])
  expect((await line.run(['status'])).stdout).toMatch(
    new RegExp(`KEPT NAMESPACE .*\\n${namespace} +a\\.test\\.ts > fails +\\d+ s ago +its run ends`),
  )
  await run.release()

  expect((await line.run(['status'])).stdout).toMatch(/a\.test\.ts > fails +\d+ s ago +\d+ min more/)
  const [kept] = await copies()
  expect(Date.parse(kept?.until ?? '')).toBeGreaterThan(Date.now() + 500_000)
  // The command of the text, as a shell reads it.
  const command = /query {5}npx @iris-devtester\/cli (.*) "SELECT …"/.exec(text)?.[1]
  const { stdout, stderr } = await line.shell(`$PROGRAM ${command} "SELECT Name FROM Patient"`)
  expect(stdout, stderr).toContain('Ada')
  const inUser = await line.run(['sql', 'SELECT Name FROM Patient'])
  expect(inUser.exitCode).not.toBe(0)

  // Another run, which names a limit that has passed, keeps the container from going with it.
  await using other = await acquireIris({ ...options, idleTimeoutMs: 1 })
  await expect.poll(copies, { timeout: 30_000 }).toEqual([])
  expect((await other.connection.serverInfo()).namespaces).not.toContain(namespace)
  expect(home.reaperLog()).toContain(`kept namespaces ${namespace} dropped`)
  expect((await line.run(['status'])).stdout).not.toContain('KEPT NAMESPACE')
})

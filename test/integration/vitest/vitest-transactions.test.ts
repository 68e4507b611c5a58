import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { JEST, jestProject } from '../jest/jest-project.ts'
import { CONFIG, VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

/** Begins a transaction, and is killed in the middle of it. */
const KILLED = `
import { connectIris } from '@iris-devtester/core/connection'
await connectIris().transaction(async (tx) => {
  await tx.sql("INSERT INTO Patient (Name) VALUES ('killed')")
  console.log('inserted')
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
})
`

describe('a transaction in a worker', () => {
  test('of Vitest is committed, rolled back, and rolled back when its process is killed', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'killed.mjs': KILLED,
      'vitest.config.ts': CONFIG,
      'transaction.test.ts': `
        import { spawnSync } from 'node:child_process'
        import { connectIris } from '@iris-devtester/core/connection'
        import { beforeAll, expect, test } from 'vitest'
        const iris = connectIris()
        const names = async () => (await iris.sql('SELECT Name FROM Patient')).map(({ Name }) => Name)
        beforeAll(() => iris.sql('CREATE TABLE Patient (Name VARCHAR(20))'))
        test('commits', async () => {
          await iris.transaction((tx) => tx.sql("INSERT INTO Patient (Name) VALUES ('Ada')"))
          expect(await names()).toEqual(['Ada'])
        })
        test('rolls back', async () => {
          const work = iris.transaction(async (tx) => {
            await tx.sql('DELETE FROM Patient')
            throw new Error('on purpose')
          })
          await expect(work).rejects.toThrow('on purpose')
          expect(await names()).toEqual(['Ada'])
        })
        test('is rolled back with its process', async () => {
          const { signal, stdout } = spawnSync(process.execPath, ['killed.mjs'], { encoding: 'utf8' })
          expect([signal, stdout]).toEqual(['SIGKILL', 'inserted\\n'])
          // Until IRIS has noticed, the table may be locked.
          await expect.poll(() => iris.sql("INSERT INTO Patient (Name) VALUES ('Bob')").then(() => true, () => false), { timeout: 20_000 }).toBe(true)
          expect(await names()).toEqual(['Ada', 'Bob'])
        }, 60_000)`,
    })
    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended
    expect(exitCode, output).toBe(0)
    expect(output).toMatch(/Tests .*3 passed/)
    expect(await home.leftovers()).toEqual([])
  })

  test('of Jest is committed and rolled back', async () => {
    await using home = new RegistryHome()
    using project = jestProject({
      'jest.config.js': "module.exports = { preset: '@iris-devtester/jest' }",
      'transaction.test.js': `
        const { connectIris } = require('@iris-devtester/core/connection')
        test('commits and rolls back', async () => {
          const iris = connectIris()
          await iris.sql('CREATE TABLE Patient (Name VARCHAR(20))')
          await iris.transaction((tx) => tx.sql("INSERT INTO Patient (Name) VALUES ('Ada')"))
          const work = iris.transaction(async (tx) => {
            await tx.sql('DELETE FROM Patient')
            throw new Error('on purpose')
          })
          await expect(work).rejects.toThrow('on purpose')
          expect(await iris.sql('SELECT Name FROM Patient')).toEqual([{ Name: 'Ada' }])
          await iris.close()
        }, 60000)`,
    })
    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended
    expect(exitCode, output).toBe(0)
    expect(await home.leftovers()).toEqual([])
  })

  test('on a server of the user is refused with a reason', async () => {
    await using home = new RegistryHome()
    using up = vitestProject({})
    const acquired = await (await import('../../../packages/core/src/lease/acquire/acquire-iris.ts')).acquireIris({
      projectPath: up.folder,
      registry: home.registry,
      quiet: true,
    })
    await using iris = acquired
    using project = vitestProject({
      'refused.test.ts': `
        import { connectIris } from '@iris-devtester/core/connection'
        import { expect, test } from 'vitest'
        test('refused', async () => {
          await expect(connectIris().transaction(async () => {})).rejects.toMatchObject({ code: 'NO_CONTAINER' })
        })`,
    })
    const { url, webPort } = iris.connection
    const env = { ...home.env, IRIS_URL: url, IRIS_WEB_PORT: String(webPort) }
    const { exitCode, output } = await project.start(VITEST, ['run'], env).ended
    expect(exitCode, output).toBe(0)
  })
})

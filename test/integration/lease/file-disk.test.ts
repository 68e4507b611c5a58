import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'

test.for([
  ['40', 'a full disk'],
  ['300', 'a scarce one'],
  ['', 'one with room'],
] as const)('namespaces for test files, with %s MB: %s', async ([free]) => {
  await using world = await LeaseFixture.open()
  const projectPath = world.project()
  writeFileSync(join(projectPath, 'schema.sql'), 'CREATE TABLE T (n INTEGER)')
  const environment = { STANDIN_BOOT_MS: '100', STANDIN_FREE_DISK_MB: free }
  await using iris = await world.acquire({
    projectPath,
    environment,
    load: ['schema.sql'],
    isolation: 'file',
    workers: 1,
  })
  const { files, namespaces } = iris
  expect(await files?.take('1')).toBe(namespaces[0])
  const next = files?.take('1')
  if (free === '40') {
    await expect(next).rejects.toMatchObject({
      code: 'NAMESPACE_FAILED',
      message: expect.stringMatching(/has 40 MB left[\s\S]*docker system prune/),
    })
    return
  }
  const second = await next
  expect(second).not.toBe(namespaces[0])
  const listed = async () => (await iris.connection.inNamespace('USER').serverInfo()).namespaces.map(String)
  const own = async () => (await listed()).filter((name) => name.startsWith('IDT'))
  // One is made ahead only where there is room for it.
  if (free === '300') await sleep(500)
  await expect.poll(own).toEqual(free === '' ? [second, expect.stringMatching(/F3$/)] : [second])
})

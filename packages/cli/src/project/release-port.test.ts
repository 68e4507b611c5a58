import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PortRegistry } from '@iris-devtester/core/ports'
import { expect, onTestFinished, test } from 'vitest'
import { releasePort } from './release-port.ts'

test('a port that another process has released meanwhile is no error; any other failure is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-release-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const registry = new PortRegistry({ registryPath: join(folder, 'registry.json'), docker: false })
  await registry.assignPort('/a', { service: 'node' })
  await releasePort(registry, '/a', 'node')
  await releasePort(registry, '/a', 'node')
  expect(await registry.listAll()).toEqual([])
  await expect(releasePort(registry, 'not-absolute', 'node')).rejects.toMatchObject({ code: 'INVALID_PROJECT_PATH' })
})

import { expect, test } from 'vitest'
import { pidFileIsStale } from './dockerd.mjs'

test('a pid file is stale unless its process is a Docker daemon', () => {
  const names = new Map([
    [100, 'dockerd'],
    [200, 'bash'],
  ])
  const nameOf = (pid: number) => names.get(pid)

  expect(pidFileIsStale(undefined, nameOf)).toBe(false)
  expect(pidFileIsStale('100\n', nameOf)).toBe(false)
  expect(pidFileIsStale('200', nameOf)).toBe(true)
  expect(pidFileIsStale('300', nameOf)).toBe(true)
  expect(pidFileIsStale('', nameOf)).toBe(true)
})

import { expect, test } from 'vitest'
import { PortRegistry } from '../../ports/port-registry.ts'
import { registryLabel } from './registry-label.ts'

test('registries never share a label, not even in one folder', () => {
  const labelOf = (registryPath: string) => registryLabel(new PortRegistry({ registryPath, docker: false }))
  expect(labelOf('/home/me/.iris-devtester/port-registry.json')).toBe('/home/me/.iris-devtester')
  expect(labelOf('/home/me/.iris-devtester/other.json')).toBe('/home/me/.iris-devtester/other.json')
})

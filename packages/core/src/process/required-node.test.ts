import { expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { OLDEST_NODE, requireNode } from './required-node.ts'

test.each(['22.22.0', '24.1.0', '100.0.0'])('Node %s is new enough, and so is the one in use', (version) => {
  expect(() => requireNode(version)).not.toThrow()
  expect(() => requireNode()).not.toThrow()
})

test('an older Node is refused with the version that is needed', () => {
  expect(() => requireNode('20.20.2')).toThrow(
    expect.objectContaining({ code: 'NODE_TOO_OLD', details: { version: '20.20.2', needed: '22.22' } }),
  )
})

test('the oldest Node is the one that npm is told', () => {
  expect(packageJson.engines.node).toBe(`>=${OLDEST_NODE}`)
})

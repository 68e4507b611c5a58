import { describe, expect, test } from 'vitest'
import { completeSettings } from '../../container/iris-settings.ts'
import { fingerprint } from '../../container/settings-fingerprints.ts'
import { isApplied } from './apply-settings.ts'

const own = fingerprint(completeSettings({}))

describe('a container', () => {
  test('needs nothing for what it was created with, or what was not named', () => {
    expect(isApplied(own, [], fingerprint({ namespace: 'USER', password: 'test' }), false)).toBe(true)
    expect(isApplied(own, [], {}, true)).toBe(true)
    expect(isApplied(own, [], fingerprint({ image: 'other' }), false)).toBe(true)
  })

  test('needs a namespace or a user that it has not been given', () => {
    expect(isApplied(own, [], fingerprint({ namespace: 'SHOP' }), false)).toBe(false)
    expect(isApplied(own, [], fingerprint({ username: 'ada' }), false)).toBe(false)
    expect(isApplied(own, [], fingerprint({ password: 'other' }), false)).toBe(false)
  })

  test('has what it was given before, with the same password', () => {
    const ada = { ...own, ...fingerprint({ username: 'ada', password: 'one', namespace: 'SHOP' }) }
    const applied = [`user=${ada.username}:${ada.password}`, `namespace=${ada.namespace}`]
    expect(isApplied(own, applied, fingerprint({ namespace: 'shop' }), false)).toBe(true)
    expect(isApplied(own, applied, fingerprint({ username: 'ada', password: 'one' }), false)).toBe(true)
    expect(isApplied(own, applied, fingerprint({ username: 'ada', password: 'two' }), false)).toBe(false)
  })

  test('takes what it was given for one run as its own when that is asked for', () => {
    const shop = fingerprint({ namespace: 'SHOP' })
    expect(isApplied(own, [`namespace=${shop.namespace}`], shop, true)).toBe(false)
  })
})

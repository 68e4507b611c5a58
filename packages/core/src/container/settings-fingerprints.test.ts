import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { completeSettings, type IrisSettings } from './iris-settings.ts'
import {
  differingFixed,
  differingLive,
  fingerprint,
  formatFingerprints,
  isDefault,
  parseFingerprints,
} from './settings-fingerprints.ts'

const hash = (given: Partial<IrisSettings>) => formatFingerprints(fingerprint(completeSettings(given)))

describe('the fingerprints', () => {
  test('is the same whatever the order, and whoever asks', () => {
    const one = { image: 'a', environment: { A: '1', B: '2' }, namespace: 'X' }
    const other = { namespace: 'X', environment: { B: '2', A: '1' }, image: 'a' }
    expect(hash(one)).toBe(hash(other))
    expect(parseFingerprints(hash({}))).toEqual(fingerprint(completeSettings({})))
  })

  test('differs with everything that changes behaviour', () => {
    const variants: Partial<IrisSettings>[] = [
      {},
      { image: 'other' },
      { namespace: 'OTHER' },
      { username: 'other' },
      { password: 'other' },
      { bindAddress: '0.0.0.0' },
      { mergeLines: ['[config]'] },
      { environment: { A: '1' } },
      { environment: { A: '2' } },
      { environment: { B: '1' } },
      { mounts: ['/a:/b'] },
      { globalBuffersMb: 64 },
      { memoryMb: 512 },
      { command: ['--after', 'x'] },
    ]
    expect(new Set(variants.map(hash)).size).toBe(variants.length)
  })

  test("goes by a licence key's content", () => {
    const folder = mkdtempSync(join(tmpdir(), 'settings-'))
    try {
      const licenseKey = join(folder, 'iris.key')
      writeFileSync(licenseKey, 'one')
      const before = hash({ licenseKey })
      expect(hash({ licenseKey })).toBe(before)
      writeFileSync(licenseKey, 'two')
      expect(hash({ licenseKey })).not.toBe(before)
      expect(() => hash({ licenseKey: join(folder, 'none') })).toThrow(/licence key .*none can't be read: ENOENT/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})

describe('a container and what a run asks for', () => {
  const own = fingerprint(completeSettings({ image: 'a', memoryMb: 512, namespace: 'SHOP', password: 'secret' }))

  test('differ in nothing that was not asked about', () => {
    expect(differingFixed(own, {})).toEqual([])
    expect(differingFixed(own, fingerprint({ image: 'a', memoryMb: 512 }))).toEqual([])
  })

  test('differ in what a container keeps and in what it can take while it runs', () => {
    const wanted = fingerprint({
      image: 'b',
      mounts: ['/a:/b'],
      namespace: 'OTHER',
      password: 'other',
      username: 'test',
    })
    expect(differingFixed(own, wanted)).toEqual(['image', 'mounts'])
    expect(differingLive(own, wanted)).toEqual(['namespace', 'password'])
  })

  test('name a namespace in any case', () => {
    expect(differingLive(own, fingerprint({ namespace: 'shop' }))).toEqual([])
  })

  test('tell the default user from another one', () => {
    expect(isDefault(own, 'username')).toBe(true)
    expect(isDefault(own, 'password')).toBe(false)
    expect(isDefault(own, 'namespace')).toBe(false)
    expect(isDefault({}, 'username')).toBe(false)
  })

  test('never show a password', () => {
    expect(formatFingerprints(own)).not.toContain('secret')
  })
})

test.each([undefined, '', '0123456789abcdef', 'a=b=c'])('a line of another form, %j, says nothing', (line) => {
  expect(parseFingerprints(line)).toEqual({})
})

import { describe, expect, test } from 'vitest'
import { IrisContainerError } from './container-error.ts'
import { completeSettings, DEFAULT_SETTINGS, type IrisSettings } from './iris-settings.ts'

test('the documented defaults apply', () => {
  expect(completeSettings({})).toEqual(DEFAULT_SETTINGS)
  const asked: Record<string, undefined> = { namespace: undefined, mounts: undefined }
  expect(completeSettings(asked as Partial<IrisSettings>)).toEqual(DEFAULT_SETTINGS)
})

describe('what could mean something else where it ends up is refused', () => {
  const cases: [keyof IrisSettings, unknown[]][] = [
    ['image', ['', '-v', 'a b', '--privileged', 'iris;ls', '../iris\n']],
    ['namespace', ['', '1A', 'A-B', 'A B', 'A]\n[x', "A'; DROP DATABASE B", 'A'.repeat(64), '%', 'A_B', 7]],
    ['username', ['', '1a', 'a b', 'a,Roles=%All', 'a"', 'a\nb', 'a:b', 'a'.repeat(129)]],
    ['password', ['', 'a\nb', 'a\rb', 'a\0b', 5]],
    ['bindAddress', ['', 'localhost', '127.0.0.1;ls', '0.0.0.0:80 ']],
    ['mergeLines', [['a\nb'], ['a\r[Actions]'], ['a\0'], [5]]],
    ['environment', [{ 'A=B': 'x' }, { '': 'x' }, { A: 'x\0y' }, { A: 5 }, { ISC_CPF_MERGE_FILE: '/x' }]],
    ['mounts', [['/a'], ['/a:b'], ['/a:/b:rwx'], ['/a:/b:ro:x']]],
    ['licenseKey', ['iris.key', './iris.key']],
    ['globalBuffersMb', [0, -1, 1.5, Number.NaN, '128']],
    ['memoryMb', [0, 'lots']],
    ['command', [['a\0b'], [5]]],
  ]
  for (const [setting, values] of cases) {
    test(setting, () => {
      for (const value of values) {
        const attempt = () => completeSettings({ [setting]: value } as Partial<IrisSettings>)
        expect(attempt, JSON.stringify(value)).toThrow(IrisContainerError)
        expect(attempt).toThrow(new RegExp(`setting ${setting}`))
      }
    })
  }

  test('a refused password is not repeated', () => {
    expect(() => completeSettings({ password: 'secret\nx' })).not.toThrow(/secret/)
  })
})

test('what is harmless is taken', () => {
  const given = {
    image: 'registry.example.com:5000/a/b-c_d:1.0@sha256:abc',
    namespace: '%SYS',
    username: 'ada.l@example-1_x',
    password: `',"]=;$(ls)\u{1f511}`,
    bindAddress: '::1',
    mounts: ['/a:/b', 'volume:/b:ro', 'C:\\data:/b:rw'],
    environment: { A: 'x y\'"\n$HOME' },
    command: ['--after', 'iris session IRIS < /x'],
  }
  expect(completeSettings(given)).toMatchObject(given)
})

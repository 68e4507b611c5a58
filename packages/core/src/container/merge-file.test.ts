import { pbkdf2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { completeSettings } from './iris-settings.ts'
import { liveMergeFile, mergeFile } from './merge-file.ts'

const SALT = Buffer.from('00112233445566778899aabbccddeeff', 'hex')

function merge(settings: Parameters<typeof completeSettings>[0] = {}): string {
  return mergeFile(completeSettings(settings), SALT)
}

/** The lines of a section, which stands once only. */
function section(text: string, name: string): string[] {
  const parts = text.split(/^\[(.+)\]$/m)
  expect(parts.filter((part, index) => index % 2 === 1 && part === name)).toEqual([name])
  return (parts[parts.indexOf(name) + 1] ?? '').split('\n').filter((line) => line !== '')
}

test('the whole file, as IRIS reads it', () => {
  const hash = pbkdf2Sync('test', SALT, 10_000, 64, 'sha512').toString('hex')
  expect(merge()).toBe(`[config]
globals=0,0,128,0,0,0

[Actions]
CreateUser:Name=test,PasswordHash="${hash},${SALT.toString('hex')},10000,SHA512",Roles="%All"
ModifyUser:Name=_SYSTEM,ChangePassword=0,PasswordNeverExpires=1
ModifyUser:Name=SuperUser,ChangePassword=0,PasswordNeverExpires=1
ModifyService:Name=%Service_CallIn,Enabled=1,AutheEnabled=48
`)
})

test("a password's hash has the form of the public samples: 64 bytes and the salt in hex, the rounds, the algorithm", () => {
  expect(merge({ password: 'pa,ss"word]\u{1f600}' })).toMatch(/PasswordHash="[0-9a-f]{128},[0-9a-f]{32},10000,SHA512"/)
})

test('a password is salted anew each time, and never stands in the file', () => {
  const settings = completeSettings({ password: 'very-secret' })
  expect(mergeFile(settings)).not.toBe(mergeFile(settings))
  expect(mergeFile(settings)).not.toContain('very-secret')
})

test('an account that IRIS comes with is changed, not created', () => {
  const lines = section(merge({ username: '_SYSTEM' }), 'Actions')
  expect(lines[0]).toMatch(/^ModifyUser:Name=_SYSTEM,PasswordHash=".*",ChangePassword=0,PasswordNeverExpires=1$/)
  expect(lines.filter((line) => line.includes('_SYSTEM')).length).toBe(1)
  expect(lines.some((line) => line.startsWith('CreateUser'))).toBe(false)
})

test("a namespace is made, unless it is one of IRIS's own", () => {
  expect(section(merge({ namespace: 'Demo' }), 'Actions').slice(-2)).toEqual([
    'CreateDatabase:Name=Demo,Directory=/usr/irissys/mgr/demo',
    'CreateNamespace:Name=Demo,Globals=Demo,Routines=Demo',
  ])
  for (const namespace of ['USER', 'user', '%SYS']) expect(merge({ namespace })).not.toContain('CreateNamespace')
})

test("the user's lines join the sections of the same name", () => {
  const text = merge({
    mergeLines: [
      'CreateRole:Name=first',
      '[config]',
      'routines=64',
      '[Startup]',
      ' WebServer=1 ',
      '',
      '[Actions]',
      'CreateRole:Name=last',
    ],
  })
  expect(section(text, 'config')).toEqual(['globals=0,0,128,0,0,0', 'routines=64'])
  expect(section(text, 'Startup')).toEqual(['WebServer=1'])
  expect(section(text, 'Actions').slice(-2)).toEqual(['CreateRole:Name=first', 'CreateRole:Name=last'])
})

test('a key that the user sets replaces ours; actions add up', () => {
  const text = merge({
    globalBuffersMb: 64,
    mergeLines: ['[config]', 'globals=0,0,512,0,0,0', 'globals=0,0,1024,0,0,0'],
  })
  expect(section(text, 'config')).toEqual(['globals=0,0,1024,0,0,0'])
  const actions = section(
    merge({ mergeLines: ['ModifyUser:Name=Admin,Enabled=0', 'ModifyUser:Name=Admin,Enabled=1'] }),
    'Actions',
  )
  expect(actions.filter((line) => line.includes('Admin')).length).toBe(2)
})

test('buffers take the memory they are given', () => {
  expect(section(merge({ globalBuffersMb: 256 }), 'config')).toEqual(['globals=0,0,256,0,0,0'])
})

test('a running IRIS is given a user, with its password even where it exists, and a namespace, and nothing else', () => {
  const lines = liveMergeFile({ username: 'ada', password: 'x', namespace: 'Shop' }, SALT).split('\n')
  const hash = pbkdf2Sync('x', SALT, 10_000, 64, 'sha512').toString('hex')
  const password = `PasswordHash="${hash},${SALT.toString('hex')},10000,SHA512"`
  expect(lines).toEqual([
    '[Actions]',
    `CreateUser:Name=ada,${password},Roles="%All"`,
    `ModifyUser:Name=ada,${password}`,
    'CreateDatabase:Name=Shop,Directory=/usr/irissys/mgr/shop',
    'CreateNamespace:Name=Shop,Globals=Shop,Routines=Shop',
    '',
  ])
  const builtIn = liveMergeFile({ username: '_SYSTEM', password: 'x', namespace: 'USER' }, SALT)
  expect(builtIn).toBe(`[Actions]\nModifyUser:Name=_SYSTEM,${password},ChangePassword=0,PasswordNeverExpires=1\n`)
})

import { expect, test } from 'vitest'
import { connectionInfo } from '../../connection/connection-info.ts'
import { instancePath } from '../../ports/document/project-path.ts'
import { describeKept } from './describe-kept.ts'

const where = { host: '127.0.0.1', port: 1973, username: 'test', password: 'test', namespace: 'IDT0K1' }
const info = connectionInfo({ ...where, webPort: 52774 })
const place = {
  info,
  projectPath: '/home/ada/shop',
  test: 'a.test.ts > adds',
  keep: 'warm',
  idleTimeoutMs: 900_000,
} as const

test('a copy has the address of its SQL page and a command that asks it', () => {
  const { namespace, sqlPage, text } = describeKept(place, '/home/ada/shop')
  expect(namespace).toBe('IDT0K1')
  expect(sqlPage).toBe('http://127.0.0.1:52774/csp/sys/exp/%25CSP.UI.Portal.SQL.Home.zen?$NAMESPACE=IDT0K1')
  expect(text.split('\n')).toEqual([
    'IRIS namespace  IDT0K1, a copy of what the failed test left, until 15 min after the run',
    '  test      a.test.ts > adds',
    `  SQL page  ${sqlPage}`,
    '  query     npx @iris-devtester/cli sql --namespace IDT0K1 "SELECT …"',
  ])
})

test('from another folder, the command names the project', () => {
  const { text } = describeKept({ ...place, projectPath: "/home/ada/it's" }, '/home/ada')
  expect(text).toContain(String.raw`sql --namespace IDT0K1 --project '/home/ada/it'\''s' "SELECT …"`)
})

test('of an instance, the command names it', () => {
  const { text } = describeKept({ ...place, projectPath: instancePath('/home/ada/shop', 'archive') }, '/home/ada/shop')
  expect(text).toContain('sql --namespace IDT0K1 --instance archive "SELECT …"')
})

test('a container that ends with its run takes the copy with it, and without a web server there is no page', () => {
  const bare = { ...place, info: connectionInfo({ ...where, webPort: 0 }), test: undefined }
  const { sqlPage, text } = describeKept({ ...bare, keep: 'stop' }, '/home/ada/shop')
  expect(sqlPage).toBeUndefined()
  expect(text).toContain("until the container ends with its last run; keep: 'warm' lets it stay")
  expect(text).not.toContain('SQL page')
  expect(text.split('\n')).toHaveLength(2)
})

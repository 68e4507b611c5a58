import { expect, test } from 'vitest'
import { connectionInfo } from '../connection/connection-info.ts'
import { announcedPattern, announcement } from './announcement.ts'

const info = connectionInfo({
  host: '127.0.0.1',
  port: 1973,
  webPort: 52774,
  namespace: 'IDT1W1',
  username: 'te=st',
  password: 'p@ss: (word) $1',
})

test('every variable is read back from what was announced, whatever else is printed', () => {
  const { groups } = announcedPattern().exec(`noise\n${announcement(info, ['IDT1W1', 'IDT1W2'])}more`) ?? {}

  expect(groups).toEqual({
    iris_host: '127.0.0.1',
    iris_port: '1973',
    iris_web_port: '52774',
    iris_namespace: 'IDT1W1',
    iris_username: 'te=st',
    iris_password: 'p@ss: (word) $1',
    iris_url: info.url,
    iris_devtester_namespaces: 'IDT1W1,IDT1W2',
  })
})

test('half an announcement is none', () => {
  const whole = announcement(info, ['IDT1W1', 'IDT1W2'])

  expect(announcedPattern().test(whole.slice(0, -1))).toBe(false)
})

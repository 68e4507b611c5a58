import { describe, expect, test } from 'vitest'
import { lacksTransactions, mayPass, refused, unreachable } from './postgres-error.ts'

const REGISTRY = 'postgres://db.example:5432/My%20iris'
const answer = (code: string, message: string) => Object.assign(new Error(message), { code, severity: 'ERROR' })

describe('an answer of the server', () => {
  test.each([
    ['57P01', 'terminating connection due to administrator command'],
    ['57P05', 'terminating connection due to idle-session timeout'],
    ['25P04', 'terminating connection due to transaction timeout'],
    ['40P01', 'deadlock detected'],
    ['08P01', 'server_login_retry'],
    ['57014', 'canceling statement due to statement timeout'],
  ])('%s may pass: %s', (code, message) => {
    expect(mayPass(answer(code, message))).toBe(true)
  })

  test.each([
    ['08P01', 'unsupported startup parameter: options', 'ignore_startup_parameters'],
    ['08P01', 'transaction blocks not allowed in statement pooling mode', 'pool_mode = transaction'],
    ['08P01', 'password authentication failed', 'user and password'],
    ['08P01', 'no such user: ci', 'user and password'],
    ['28000', 'no pg_hba.conf entry for host "10.0.0.1", user "ci", no encryption', 'sslmode=require'],
    ['3D000', 'database "My iris" does not exist', 'createdb "My iris"'],
    ['25006', 'cannot execute INSERT in a read-only transaction', 'primary'],
    ['42501', 'permission denied for function read', 'grant execute on all functions'],
    ['53100', 'could not extend file: No space left on device', "server's log"],
  ])('%s will not pass: %s; it is told of with what to do', (code, message, hint) => {
    const error = answer(code, message)
    expect(mayPass(error)).toBe(false)
    expect(refused(REGISTRY, error)).toMatchObject({
      code: 'REGISTRY_REFUSED',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
      cause: error,
    })
  })

  test('that the statement took too long, in the end, says what to change and not that the server is away', () => {
    const error = answer('57014', 'canceling statement due to statement timeout')
    expect(unreachable(REGISTRY, 30_000, error)).toMatchObject({
      code: 'REGISTRY_REFUSED',
      hint: expect.stringContaining('statement_timeout'),
    })
  })

  test('on which whoever asked goes on is passed through, and so is an error of the program', () => {
    for (const error of [answer('42P01', 'relation does not exist'), answer('55P03', 'lock'), new TypeError('x')]) {
      expect(refused(REGISTRY, error)).toBe(error)
    }
    expect(lacksTransactions(answer('08P01', 'transaction blocks not allowed in statement pooling mode'))).toBe(true)
  })
})

test('a host that nobody knows may be known in a moment', () => {
  const error = Object.assign(new Error('getaddrinfo ENOTFOUND db.example'), {
    code: 'ENOTFOUND',
    syscall: 'getaddrinfo',
  })
  expect(mayPass(error)).toBe(true)
})

import { copyIn } from '../../../packages/core/src/container/container-files.ts'
import { liveMergeFile } from '../../../packages/core/src/container/merge-file.ts'
import { type Fact, finding, same } from '../fact.ts'
import { ACCOUNT, RealIris, rootStatus } from '../real-iris.ts'

/** Passwords, and what a merge file does to them. */
export const ACCOUNTS: readonly Fact[] = [
  {
    claim: 'Without a merge file, _SYSTEM with SYS is told to change its password: HTTP 403',
    check: async (iris) => {
      await using container = await iris.fresh()
      return same(await rootStatus(container, '_SYSTEM', 'SYS'), 403)
    },
  },
  {
    claim: 'ModifyUser with ChangePassword=0 in a merge file lifts that',
    check: async (iris) => same(await rootStatus(await iris.shared(), '_SYSTEM', 'SYS'), 200),
  },
  {
    claim: 'CreateUser takes our PBKDF2 hash: the password is let in, also with a comma, a blank and a quote',
    check: async (iris) => same(await rootStatus(await iris.shared(), ACCOUNT.user, ACCOUNT.password), 200),
  },
  {
    claim: 'A wrong password is HTTP 401, and the fifth closes the account with 503 on the sixth call',
    check: async (iris) => {
      await using container = await iris.fresh({ merge: { text: RealIris.mergeText(), mode: 0o644 } })
      const codes: number[] = []
      for (let i = 0; i < 6; i++) codes.push(await rootStatus(container, ACCOUNT.user, 'wrong'))
      return same(codes, [401, 401, 401, 401, 401, 503])
    },
  },
  {
    claim: '[actions] in small letters does nothing, and is called a success',
    check: async (iris) => {
      const text = '[actions]\nModifyUser:Name=_SYSTEM,ChangePassword=0,PasswordNeverExpires=1\n'
      await using container = await iris.fresh({ merge: { text, mode: 0o644 } })
      const log = await iris.engine.logs(container.id)
      const status = await rootStatus(container, '_SYSTEM', 'SYS')
      return same([status, log.includes('completed successfully')], [403, true])
    },
  },
  {
    claim: 'A second boot with the same merge file starts, though its user exists already',
    check: async (iris) => {
      await using container = await iris.fresh({ merge: { text: RealIris.mergeText(), mode: 0o644 } })
      await iris.engine.stopContainer(container.id, 60)
      await iris.engine.startContainer(container.id)
      await container.waitFor('...started', 2)
      return same(await rootStatus(container, ACCOUNT.user, ACCOUNT.password), 200)
    },
  },
  {
    claim: 'A running IRIS takes a user, its new password and a namespace by `iris merge`, and goes on to have them',
    check: async (iris) => {
      await using container = await iris.fresh({ merge: { text: RealIris.mergeText(), mode: 0o644 } })
      const codes: number[] = []
      for (const password of ['one', 'two']) {
        const content = liveMergeFile({ username: 'ada', password, namespace: 'SHOP' })
        await copyIn(iris.engine, container.id, [{ path: '/tmp/live.cpf', content, mode: 0o644 }])
        await iris.engine.exec(container.id, ['iris', 'merge', 'IRIS', '/tmp/live.cpf'])
        codes.push(await rootStatus(container, 'ada', password))
      }
      return same(codes, [200, 200])
    },
  },
  {
    claim: 'A merge file that it may not read ends the start with exit code 1',
    check: async (iris) => {
      await using container = await iris.launch({ merge: { text: RealIris.mergeText(), mode: 0o600 } })
      const started = container.waitFor('...started').then(
        () => true,
        () => false,
      )
      if (await started) return finding(false, 'it started')
      const { exitCode, log } = await container.end()
      return finding(exitCode === 1, `exit code ${exitCode}: ${log.trim().split('\n').slice(-3).join(' | ')}`)
    },
  },
]

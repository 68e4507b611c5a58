import { type Fact, finding, same } from '../fact.ts'
import { rootStatus } from '../real-iris.ts'

const SESSION = ['iris', 'session', 'IRIS', '-U', '%SYS']

/** Sessions inside the container. */
export const SESSIONS: readonly Fact[] = [
  {
    claim: '`iris session` ends with exit code 0 even when the script fails',
    check: async (iris) => {
      const { exitCode, stdout } = await (await iris.shared()).exec(SESSION, {
        stdin: 'Do ##class(No.Such).Thing()\nHalt\n',
      })
      return finding(exitCode === 0 && stdout.includes('<CLASS DOES NOT EXIST>'), `exit code ${exitCode}`)
    },
  },
  {
    claim: 'A script on standard input needs no password, reads its environment, and prints its marker',
    check: async (iris) => {
      const script = 'Write !,"@@",$system.Util.GetEnviron("FACT"),!\nHalt\n'
      const { stdout } = await (await iris.shared()).exec(SESSION, { stdin: script, env: ['FACT=a "b" c'] })
      return same(/^@@(.*)$/m.exec(stdout.replaceAll('\r', ''))?.[1], 'a "b" c')
    },
  },
  {
    claim: '%SQL.Statement in a session creates and drops a namespace',
    check: async (iris) => {
      const container = await iris.shared()
      const answers: (string | undefined)[] = []
      for (const statement of ['CREATE DATABASE FACTFIVE', 'DROP DATABASE IF EXISTS FACTFIVE']) {
        const script =
          'Set rs=##class(%SQL.Statement).%ExecDirect(,$system.Util.GetEnviron("FACT"))\nWrite !,"@@",rs.%SQLCODE,!\nHalt\n'
        const { stdout } = await container.exec(SESSION, { stdin: script, env: [`FACT=${statement}`] })
        const text = stdout.replaceAll('\r', '')
        answers.push(/^@@(.*)$/m.exec(text)?.[1] ?? /<[A-Z ]+>/.exec(text)?.[0])
      }
      return same(answers, ['0', '0'])
    },
  },
  {
    claim: 'UnExpireUserPasswords lifts the forced password change',
    check: async (iris) => {
      await using container = await iris.fresh()
      const script = 'Do ##class(Security.Users).UnExpireUserPasswords("*")\nHalt\n'
      await container.exec(SESSION, { stdin: script })
      return same(await rootStatus(container, '_SYSTEM', 'SYS'), 200)
    },
  },
]

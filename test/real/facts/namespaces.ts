import { MERGE_PATH } from '../../stand-in/testing/bare-container.ts'
import { type Fact, finding, same } from '../fact.ts'

/** What isolation rests on. */
export const NAMESPACES: readonly Fact[] = [
  {
    claim: 'CREATE DATABASE makes a namespace that can be used at once, in less than two seconds',
    check: async (iris) => {
      const web = await iris.web()
      const start = performance.now()
      await web.rows('CREATE DATABASE FACTONE')
      const created = performance.now() - start
      await web.rows('CREATE TABLE T (A INTEGER)', [], { namespace: 'FACTONE' })
      await web.rows('DROP DATABASE FACTONE')
      const dropped = performance.now() - start - created
      return finding(
        created < 2_000,
        `created in ${Math.round(created)} ms, used and dropped in ${Math.round(dropped)} ms`,
      )
    },
  },
  {
    claim: 'It is listed in capitals, is separate, and is gone with its tables when it is dropped',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE DATABASE FactTwo')
      await web.rows('CREATE TABLE T (A INTEGER)', [], { namespace: 'FACTTWO' })
      const { result } = await web.call('/api/atelier/')
      const listed = (result.content as { namespaces: string[] }).namespaces.includes('FACTTWO')
      const elsewhere = await web.sqlcode('SELECT * FROM T')
      await web.rows('DROP DATABASE FactTwo')
      await web.rows('CREATE DATABASE FactTwo')
      const afterwards = await web.sqlcode('SELECT * FROM T', [], { namespace: 'FACTTWO' })
      await web.rows('DROP DATABASE FactTwo')
      return same([listed, elsewhere, afterwards], [true, -30, -30])
    },
  },
  {
    claim: 'SQLCODE is -341 for one that exists, -343 for a bad name, -344 for the current one, 0 for IF EXISTS',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE DATABASE FACTTHREE')
      const codes = [
        await web.sqlcode('CREATE DATABASE FACTTHREE'),
        await web.sqlcode('CREATE DATABASE _FACT'),
        await web.sqlcode('DROP DATABASE FACTTHREE', [], { namespace: 'FACTTHREE' }),
        await web.sqlcode('DROP DATABASE IF EXISTS FACTNONE'),
      ]
      await web.rows('DROP DATABASE FACTTHREE')
      return same(codes, [-341, -343, -344, 0])
    },
  },
  {
    claim: '`iris merge` makes a namespace in a running instance',
    check: async (iris) => {
      const text = `[Actions]
CreateDatabase:Name=FACTFOUR,Directory=/usr/irissys/mgr/factfour
CreateNamespace:Name=FACTFOUR,Globals=FACTFOUR,Routines=FACTFOUR
`
      const container = await iris.shared()
      await container.putMergeFile({ text, mode: 0o644 })
      const { exitCode, stdout } = await container.exec(['iris', 'merge', 'IRIS', MERGE_PATH])
      const session = await container.exec(['iris', 'session', 'IRIS', '-U', 'FACTFOUR'], { stdin: 'Halt\n' })
      return finding(
        exitCode === 0 && session.stdout.includes('FACTFOUR>'),
        `exit code ${exitCode}: ${stdout.trim().slice(-120)}`,
      )
    },
  },
]

import { availableIn } from '../../../packages/core/src/container/free-disk.ts'
import { MERGE_PATH } from '../../stand-in/testing/bare-container.ts'
import { type Fact, finding, same } from '../fact.ts'
import type { RealIris } from '../real-iris.ts'

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
  {
    claim: 'Config.Namespaces and Config.Databases tell the folders of a namespace, with a file IRIS.DAT in each',
    check: async (iris) => {
      await (await iris.web()).rows('CREATE DATABASE FACTFOLDER')
      const said = await inSystem(iris, [
        'Set ns=##class(Config.Namespaces).Open("FACTFOLDER")',
        'Set globals=##class(Config.Databases).Open(ns.Globals),routines=##class(Config.Databases).Open(ns.Routines)',
        'Set g=globals.Directory,r=routines.Directory',
        'Write !,"@@",##class(%Library.File).Exists(g_"/IRIS.DAT"),##class(%Library.File).Exists(r_"/IRIS.DAT"),!',
      ])
      await (await iris.web()).rows('DROP DATABASE FACTFOLDER')
      return same(said, ['11'])
    },
  },
  {
    claim:
      'A database that is dismounted and gets another file is, once mounted, what that file holds, also for a session that is open',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE DATABASE FACTSHOT')
      const space = { namespace: 'FACTSHOT' }
      await web.rows('CREATE TABLE T (A INTEGER)', [], space)
      await web.rows('INSERT INTO T (A) VALUES (1)', [], space)
      const folders = [
        'Set ns=##class(Config.Namespaces).Open("FACTSHOT")',
        'Set globals=##class(Config.Databases).Open(ns.Globals),routines=##class(Config.Databases).Open(ns.Routines)',
        'Set g=globals.Directory_"/",r=routines.Directory_"/"',
      ]
      const exchange = (from: string, to: string) => [
        ...folders,
        'Set a=##class(SYS.Database).DismountDatabase(g),b=1',
        "Set:r'=g b=##class(SYS.Database).DismountDatabase(r)",
        `Set c=##class(%Library.File).CopyFile(g_"${from}",g_"${to}"),d=1`,
        `Set:r'=g d=##class(%Library.File).CopyFile(r_"${from}",r_"${to}")`,
        'Set e=##class(SYS.Database).MountDatabase(g),f=1',
        "Set:r'=g f=##class(SYS.Database).MountDatabase(r)",
        'Write !,"@@",$system.Status.IsOK(a),$system.Status.IsOK(b),c,d,$system.Status.IsOK(e),$system.Status.IsOK(f),!',
      ]
      const kept = await inSystem(iris, exchange('IRIS.DAT', 'snapshot-a.DAT'))
      await web.rows('INSERT INTO T (A) VALUES (2)', [], space)
      await web.rows('CREATE TABLE U (A INTEGER)', [], space)
      const back = await inSystem(iris, exchange('snapshot-a.DAT', 'IRIS.DAT'))
      const rows = await web.rows('SELECT A FROM T', [], space)
      const gone = await web.sqlcode('SELECT * FROM U', [], space)
      await web.rows('DROP DATABASE FACTSHOT')
      return same([kept, back, rows, gone], [['111111'], ['111111'], [{ A: 1 }], -30])
    },
  },
  {
    claim:
      'A database file that is copied into the folder of another, dismounted database is what that one holds once mounted',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE DATABASE FACTFROM')
      await web.rows('CREATE DATABASE FACTCOPY')
      await web.rows('CREATE TABLE T (A INTEGER)', [], { namespace: 'FACTFROM' })
      await web.rows('INSERT INTO T (A) VALUES (1)', [], { namespace: 'FACTFROM' })
      const folderOf = (name: string, variable: string) => [
        `Set ns=##class(Config.Namespaces).Open("${name}")`,
        'Set globals=##class(Config.Databases).Open(ns.Globals)',
        `Set ${variable}=globals.Directory_"/"`,
      ]
      const said = await inSystem(iris, [
        ...folderOf('FACTFROM', 'f'),
        ...folderOf('FACTCOPY', 't'),
        'Set a=##class(SYS.Database).DismountDatabase(f),b=##class(SYS.Database).DismountDatabase(t)',
        'Set d=##class(%Library.File).Delete(t_"IRIS.DAT")',
        'Set c=##class(%Library.File).CopyFile(f_"IRIS.DAT",t_"IRIS.DAT")',
        'Set e=##class(SYS.Database).MountDatabase(f),g=##class(SYS.Database).MountDatabase(t)',
        'Write !,"@@",$system.Status.IsOK(a),$system.Status.IsOK(b),c,$system.Status.IsOK(e),$system.Status.IsOK(g),!',
      ])
      await web.rows('INSERT INTO T (A) VALUES (2)', [], { namespace: 'FACTFROM' })
      const rows = await web.rows('SELECT A FROM T', [], { namespace: 'FACTCOPY' })
      await web.rows('DROP DATABASE FACTFROM')
      await web.rows('DROP DATABASE FACTCOPY')
      return same([said, rows], [['11111'], [{ A: 1 }]])
    },
  },
  {
    claim: '`df -Pk` in the container tells how much disk is free where new databases go',
    check: async (iris) => {
      await (await iris.web()).rows('CREATE DATABASE FACTDISK')
      const folder = [
        'Set ns=##class(Config.Namespaces).Open("FACTDISK")',
        'Set globals=##class(Config.Databases).Open(ns.Globals)',
        'Write !,"@@",globals.Directory,!',
      ]
      const [path = ''] = await inSystem(iris, folder)
      const { stdout } = await (await iris.shared()).exec(['df', '-Pk', '/usr/irissys/mgr'])
      await (await iris.web()).rows('DROP DATABASE FACTDISK')
      const free = availableIn(stdout)
      return finding(path.startsWith('/usr/irissys/mgr/') && free !== undefined, `${path}, ${free} MB free`)
    },
  },
  {
    claim: 'With a namespace that is dropped goes the folder of its database, and what else is in it',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE DATABASE FACTGONE')
      const folder = [
        'Set ns=##class(Config.Namespaces).Open("FACTGONE")',
        'Set globals=##class(Config.Databases).Open(ns.Globals)',
        'Set g=globals.Directory_"/"',
        'Set a=##class(SYS.Database).DismountDatabase(g)',
        'Set c=##class(%Library.File).CopyFile(g_"IRIS.DAT",g_"snapshot-a.DAT")',
        'Set e=##class(SYS.Database).MountDatabase(g)',
        'Write !,"@@",g,!',
      ]
      const [path = ''] = await inSystem(iris, folder)
      await web.rows('DROP DATABASE FACTGONE')
      const left = await inSystem(iris, [`Write !,"@@",##class(%Library.File).Exists("${path}snapshot-a.DAT"),!`])
      return same(left, ['0'])
    },
  },
]

/** What a script in `%SYS` has written behind its marks. */
async function inSystem(iris: RealIris, lines: readonly string[]): Promise<string[]> {
  const container = await iris.shared()
  const stdin = [...lines, 'Halt', ''].join('\n')
  const { stdout } = await container.exec(['iris', 'session', 'IRIS', '-U', '%SYS'], { stdin })
  return [...stdout.replaceAll('\r', '').matchAll(/^@@(.*)$/gm)].map(([, text = '']) => text)
}

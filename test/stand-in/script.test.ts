import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { StandInProcess } from './testing/stand-in-process.ts'
import { call, WebClient } from './testing/web-client.ts'

let iris: StandInProcess
beforeAll(async () => {
  iris = await StandInProcess.start()
})
afterAll(() => iris[Symbol.asyncDispose]())

const MARKER = 'Write !,"@@",$Select($system.Status.IsOK(sc):"OK",1:"ERR "_$system.Status.GetErrorText(sc)),!'

function session(namespace: string, lines: string[], env: Record<string, string> = {}) {
  return iris.iris(['session', 'IRIS', '-U', namespace], { stdin: [...lines, MARKER, 'Halt', ''].join('\n'), env })
}

test('the constant script calls a method with a value of the environment and prints its marker', async () => {
  const { cookies } = await call(iris.web, '/api/atelier/', { user: '_SYSTEM', password: 'SYS' })
  expect(cookies).not.toBe('')
  expect((await call(iris.web, '/api/atelier/', { user: 'SuperUser', password: 'SYS' })).http).toBe(403)
  const line = 'Set sc=##class(Security.Users).UnExpireUserPasswords($system.Util.GetEnviron("ARG"))'
  const { output, exitCode } = await session('%SYS', [line], { ARG: '*' })
  expect(output).toMatch(/^@@OK$/m)
  expect(exitCode).toBe(0)
  expect((await call(iris.web, '/api/atelier/', { user: 'SuperUser', password: 'SYS' })).http).toBe(200)
})

test('an unknown class is an error in the text, no outcome after the marker, and exit code 0 all the same', async () => {
  const { output, exitCode } = await session('USER', ['Set sc=##class(No.Such).Run("x")'])
  expect(output).toContain('<CLASS DOES NOT EXIST> *No.Such')
  expect(output).toContain('<UNDEFINED> *sc')
  expect(output).not.toMatch(/^@@(OK|ERR)/m)
  expect(exitCode).toBe(0)
})

test('a session runs SQL and reads its outcome, and a postconditional decides what is written', async () => {
  const lines = [
    'Set result=##class(%SQL.Statement).%ExecDirect(,$system.Util.GetEnviron("STATEMENT"))',
    'Write:result.%SQLCODE<0 !,"failed ",result.%SQLCODE," ",result.%Message,!',
    'Write:result.%SQLCODE=0 !,"done",!',
  ]
  const create = { STATEMENT: 'CREATE DATABASE SESSIONMADE' }
  expect((await session('%SYS', lines, create)).output).toMatch(/^done$/m)
  const again = await session('%SYS', lines, create)
  expect(again.output).toMatch(/^failed -341 .*SESSIONMADE/m)
  expect(again.output).not.toMatch(/^done$/m)
  expect((await session('SESSIONMADE', ['Write result.%SQLCODE'])).output).toContain('<UNDEFINED> *result')
})

test("the system's classes live in %SYS", async () => {
  const { output } = await session('USER', ['Set sc=##class(Security.Users).UnExpireUserPasswords("*")'])
  expect(output).toContain('<CLASS DOES NOT EXIST> *Security.Users')
})

test('loads and compiles a file, and then its methods can be called', async () => {
  const path = join(iris.home, 'Setup.cls')
  const body = ['ClassMethod Run(name As %String) As %Status', '{', '  If_me', '}']
  await writeFile(
    path,
    [
      'Class Demo.Setup',
      '{',
      ...body.with(2, '  Quit $Select(name="good":$$$OK,1:$$$ERROR($$$GeneralError,"bad "_name))'),
      '}',
    ].join('\n'),
  )
  const loaded = await session('USER', ['Set sc=$system.OBJ.Load($system.Util.GetEnviron("FILE"),"ck")'], {
    FILE: path,
  })
  expect(loaded.output).toMatch(/Load finished successfully\.[\s\S]*^@@OK$/m)
  const run = 'Set sc=##class(Demo.Setup).Run($system.Util.GetEnviron("ARG"))'
  expect((await session('USER', [run], { ARG: 'good' })).output).toMatch(/^@@OK$/m)
  expect((await session('USER', [run], { ARG: 'day' })).output).toMatch(/^@@ERR ERROR #5001: bad day$/m)
})

test('a file with an error, and one that is not there, come back as a status', async () => {
  const path = join(iris.home, 'Bad.cls')
  await writeFile(path, 'Class Demo.Bad\n{\nClassMethod A()\n{\n}\n')
  const line = 'Set sc=##class(%SYSTEM.OBJ).Load($system.Util.GetEnviron("FILE"),"ck")'
  expect((await session('USER', [line], { FILE: path })).output).toMatch(/^@@ERR ERROR #5559/m)
  expect((await session('USER', [line], { FILE: '/nope.cls' })).output).toContain("@@ERR ERROR #5001: File '/nope.cls'")
})

test('comments, blocks and macros are no commands', async () => {
  const { output } = await session('USER', ['// a comment', 'Set sc=$system.Status.OK()'])
  expect(output).toContain('<SYNTAX>')
  expect(output).toMatch(/^@@OK$/m)
})

test('the banner and the prompt are part of the output', async () => {
  const { output } = await session('%SYS', ['Set sc=1'])
  expect(output).toMatch(/^\nNode: .*, Instance: IRIS\n\n%SYS>/)
})

test('a call on the command line throws its status away, and exit code is 0', async () => {
  const { output, exitCode } = await iris.iris(['session', 'IRIS', '-U', '%SYS', '##class(Security.Users).Exists("x")'])
  expect({ output, exitCode }).toEqual({ output: '', exitCode: 0 })
})

test('merge makes a namespace of a template database on the running instance', async () => {
  const sql = new WebClient(iris.web)
  await sql.rows('CREATE DATABASE Template')
  await sql.rows('CREATE TABLE Seeded (A INTEGER)', [], { namespace: 'TEMPLATE' })
  await sql.rows('INSERT INTO Seeded (A) VALUES (7)', [], { namespace: 'TEMPLATE' })
  const directory = join(iris.home, 'mgr/w2')
  const path = join(iris.home, 'w2.cpf')
  await writeFile(
    path,
    `[Actions]
CreateDatabase:Name=W2,Directory=${directory},Seed=${join(iris.home, 'mgr/template')}
CreateNamespace:Name=W2,Globals=W2,Routines=W2
`,
  )
  const { output, exitCode } = await iris.iris(['merge', 'IRIS', path])
  expect(output).toContain('IRIS Merge completed successfully')
  expect(exitCode).toBe(0)
  expect(await sql.rows('SELECT A FROM Seeded', [], { namespace: 'W2' })).toEqual([{ A: 7 }])
  await sql.rows('DELETE FROM Seeded', [], { namespace: 'W2' })
  expect(await sql.rows('SELECT A FROM Seeded', [], { namespace: 'TEMPLATE' })).toEqual([{ A: 7 }])
})

test('merge of a file that is not there fails', async () => {
  const { output, exitCode } = await iris.iris(['merge', 'IRIS', '/nope.cpf'])
  expect(output).toContain('Unable to open merge file /nope.cpf')
  expect(exitCode).toBe(1)
})

test('too early a session is sent away with 239, though qlist says running', async () => {
  await using early = await StandInProcess.launch({ switches: { BOOT_MS: 60_000 } })
  await early.waitFor('IRIS Merge completed')
  await expect.poll(async () => (await early.iris(['qlist', 'IRIS'])).output).toContain('^running,')
  const { output, exitCode } = await early.iris(['session', 'IRIS', '-U', 'USER'], { stdin: 'Halt\n' })
  expect(output).toBe('Sign-on inhibited: Startup or Installation in progress\n')
  expect(exitCode).toBe(239)
})

test('with nothing running, the command says so', async () => {
  const { output, exitCode } = await iris.iris(['list'], { env: { STANDIN_HOME: '/nowhere' } })
  expect(output).toContain('IRIS is down')
  expect(exitCode).toBe(1)
})

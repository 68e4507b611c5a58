import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { StandInProcess } from './testing/stand-in-process.ts'
import { call } from './testing/web-client.ts'
import { connectAs, OFFICIAL_HANDSHAKE, WireClient } from './testing/wire-client.ts'

/** What the tests let a stand-in do that never gets as far as its ports. */
async function run(
  options: Parameters<typeof StandInProcess.launch>[0],
): Promise<{ code: number | null; output: string }> {
  await using iris = await StandInProcess.launch(options)
  const code = await iris.exit
  return { code, output: iris.output }
}

describe('a start', () => {
  test('writes its lines in the documented order and form', async () => {
    await using iris = await StandInProcess.launch({ flags: ['--after', 'iris qlist IRIS', '--check-caps', 'false'] })
    await iris.waitFor('...executed command')
    const time = String.raw`\d\d/\d\d/\d\d-\d\d:\d\d:\d\d:\d{3} \(\d+\) 0 \[Utility\.Event\]`
    expect(iris.output).toMatch(
      new RegExp(
        [
          String.raw`^\[INFO\] Starting InterSystems IRIS instance IRIS\.\.\.`,
          'IRIS Merge of .*/merge.cpf into .*/iris.cpf',
          'IRIS Merge completed successfully',
          String.raw`${time} Private webserver started on \d+`,
          `${time} Enabling logons`,
          String.raw`\[INFO\] \.\.\.started InterSystems IRIS instance IRIS`,
          String.raw`\[INFO\] Executing command iris qlist IRIS\.\.\.`,
          String.raw`IRIS\^.*\^running, since .*`,
          String.raw`\[INFO\] \.\.\.executed command iris qlist IRIS\n$`,
        ].join('\n'),
      ),
    )
  })

  test('takes the password of a merge file as PBKDF2 with 10,000 rounds of SHA-512', async () => {
    const salt = randomBytes(32)
    const hash = pbkdf2Sync('se,cret', salt, 10_000, 64, 'sha512').toString('hex')
    const merge = `[config]
globals=0,0,128,0,0,0
[Actions]
CreateUser:Name=test,PasswordHash="${hash},${salt.toString('hex')},10000,SHA512",Roles="%All"
CreateUser:Name=plain,PasswordHash="${hash},${salt.toString('hex')},10000,SHA512"
createuser:Name=lower,PasswordHash="${hash},${salt.toString('hex')},10000,SHA512"
ModifyService:Name=%Service_CallIn,Enabled=1,AutheEnabled=48
`
    await using iris = await StandInProcess.start({ merge })
    const http = async (user: string, password: string) =>
      (await call(iris.web, '/api/atelier/', { user, password })).http
    expect(await http('test', 'se,cret')).toBe(200)
    expect(await http('TEST', 'se,cret')).toBe(200)
    expect(await http('test', 'wrong')).toBe(401)
    expect(await http('lower', 'se,cret')).toBe(401)
    expect(await http('_SYSTEM', 'SYS')).toBe(403)
    const plain = await call(iris.web, '/api/atelier/v1/USER/action/query', {
      user: 'plain',
      password: 'se,cret',
      body: { query: 'CREATE DATABASE W1' },
    })
    expect(plain.status.summary).toContain('SQLCODE: -99')
  })

  test('[actions] in another spelling does nothing, successfully', async () => {
    await using iris = await StandInProcess.start({ merge: '[actions]\nModifyUser:Name=_SYSTEM,ChangePassword=0\n' })
    expect(iris.output).toContain('IRIS Merge completed successfully')
    expect((await call(iris.web, '/api/atelier/', { user: '_SYSTEM', password: 'SYS' })).http).toBe(403)
  })

  test('a disabled service refuses logins', async () => {
    const merge = `[Actions]
ModifyUser:Name=_SYSTEM,ChangePassword=0
ModifyService:Name=%Service_Bindings,Enabled=0
`
    await using iris = await StandInProcess.start({ merge })
    expect((await connectAs(iris.superserver, '_SYSTEM', 'SYS')).status).toBe(417)
    expect((await call(iris.web, '/api/atelier/', { user: '_SYSTEM', password: 'SYS' })).http).toBe(200)
  })

  test('a password file changes the password, and not that it must be changed', async () => {
    await using first = await StandInProcess.start()
    await using iris = await StandInProcess.start({ flags: ['-p', `${first.home}/merge.cpf`], merge: '' })
    const http = async (password: string) => (await call(iris.web, '/api/atelier/', { user: '_SYSTEM', password })).http
    expect(await http('SYS')).toBe(401)
    expect(await http('[Actions]')).toBe(403)
  })

  test('SIGTERM ends it with 0, after the exit hook', async () => {
    await using iris = await StandInProcess.start({ flags: ['-e', 'echo goodbye'] })
    iris.kill('SIGTERM')
    expect(await iris.exit).toBe(0)
    expect(iris.output).toMatch(/Stopping InterSystems IRIS[\s\S]*goodbye[\s\S]*\.\.\.stopped InterSystems IRIS/)
  })

  test('SIGTERM in the middle of a start ends it too', async () => {
    await using iris = await StandInProcess.launch({ switches: { BOOT_MS: 60_000 } })
    await iris.waitFor('Starting')
    iris.kill('SIGTERM')
    expect(await iris.exit).toBe(0)
  })
})

describe('a start that fails', () => {
  test.each([
    ['a hook fails', { flags: ['-a', 'true && exit 3'] }, 1, '[ERROR] Command "true && exit 3" exited with status 3'],
    ['the licence is expired', { switches: { LICENSE_EXPIRED: 1 } }, 1, 'Community License expired.'],
    [
      'the core limit is named',
      { switches: { LICENSE_EXPIRED: 'core' } },
      1,
      'Invalid Community Edition license, may have exceeded core limit',
    ],
    ['it is aborted', { switches: { STARTUP_ABORTED: 1 } }, 1, '** Startup aborted **'],
    [
      'the command is named',
      { switches: { STARTUP_ABORTED: 1 } },
      1,
      '[ERROR] Command "iris start IRIS quietly" exited with status',
    ],
    ['an exit code is asked for', { switches: { EXIT_CODE: 42 } }, 42, 'Starting'],
    ['memory runs out', { switches: { OUT_OF_MEMORY: 1 } }, 137, 'Starting'],
    ['the key is not there', { flags: ['-k', '/nope.key'] }, 1, '/nope.key'],
    ['a flag is unknown', { flags: ['--nope', '1'] }, 64, '--nope'],
    ['a switch is unknown', { switches: { NOPE: 1 } }, 64, 'STANDIN_NOPE'],
    ['a switch has no number', { switches: { BOOT_MS: 'soon' } }, 64, 'STANDIN_BOOT_MS'],
  ])('because %s', async (_, options, exitCode, text) => {
    const { code, output } = await run(options)
    expect(code).toBe(exitCode)
    expect(output).toContain(text)
    expect(output.includes('...started')).toBe(text.includes('true && exit 3'))
  })

  test('--version prints it and ends', async () => {
    const { code, output } = await run({ flags: ['--version'] })
    expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^IRIS for UNIX/) })
  })
})

describe('a bad instance', () => {
  test('crashes some time after it has started', async () => {
    await using iris = await StandInProcess.start({ switches: { CRASH_AFTER_MS: 300, EXIT_CODE: 9 } })
    expect(await iris.exit).toBe(9)
  })

  test('is silent: ports are open, but it never starts and refuses logins', async () => {
    await using iris = await StandInProcess.launch({ switches: { SILENT: 1 } })
    await iris.waitFor('Private webserver started')
    const web = Number(/started on (\d+)/.exec(iris.output)?.[1])
    await expect.poll(async () => (await iris.iris(['qlist'])).output).toContain('running')
    const { output } = await iris.iris(['qlist'])
    expect((await call(web, '/csp/sys/UtilHome.csp')).http).toBe(200)
    expect((await call(web, '/api/atelier/', { user: '_SYSTEM', password: 'SYS' })).http).toBe(503)
    expect((await connectAs(Number(output.split('^')[5]), '_SYSTEM', 'SYS')).status).toBe(417)
    expect(iris.output).not.toContain('Enabling logons')
  })

  test('accepts, and never answers the handshake', async () => {
    await using iris = await StandInProcess.start({ switches: { NO_HANDSHAKE: 1 } })
    const client = await WireClient.open(iris.superserver)
    client.send(OFFICIAL_HANDSHAKE)
    await expect(call(iris.web, '/api/atelier/', { user: '_SYSTEM', password: 'SYS' })).resolves.toMatchObject({
      http: 200,
    })
    expect(client.bytesReceived).toBe(0)
    client.close()
  })

  test('is slow in everything it says', async () => {
    await using snail = await StandInProcess.start({ switches: { SLOW_MS: 60_000 } })
    const waiting = await WireClient.open(snail.superserver)
    waiting.send(OFFICIAL_HANDSHAKE)
    // A whole process's life later there is still no answer.
    await snail.iris(['qlist'])
    expect(waiting.bytesReceived).toBe(0)
    waiting.close()

    await using turtle = await StandInProcess.start({ switches: { SLOW_MS: 20 } })
    const client = await WireClient.open(turtle.superserver)
    client.send(OFFICIAL_HANDSHAKE)
    expect((await client.reply())?.status).toBe(0)
    client.close()
  })
})

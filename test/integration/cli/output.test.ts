import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'
import { onTerminal } from './terminal.ts'

const ESCAPE = '\u001b['

describe('what is printed', () => {
  const home = new RegistryHome()
  const line = new CommandLine(home.env)

  beforeAll(async () => {
    for (let number = 0; number < 10; number++)
      await line.run(['ports', 'assign', '--project', `${line.folder}/${number}`])
  })
  afterAll(async () => {
    line[Symbol.dispose]()
    await home[Symbol.asyncDispose]()
  })

  test('has colours on a terminal (Linux: script), none with NO_COLOR', async () => {
    const coloured = onTerminal(line, ['ports', 'list'])
    const plain = onTerminal(line, ['ports', 'list'], { env: { NO_COLOR: '1' } })

    expect((await coloured.ended).stdout).toContain(ESCAPE)
    expect((await plain.ended).stdout).not.toContain(ESCAPE)
    expect(plain.screen.replaceAll('\r', '')).toBe((await line.run(['ports', 'list'])).stdout)
  })

  test.for([
    [['ports', 'list']],
    [['ports', 'history']],
    [['ports', 'explain', '1972']],
    [['ports', 'doctor']],
    [['ports', 'inspect']],
    [['list']],
    [['status']],
    [['--help']],
    [['ports', 'assign', '--help']],
  ] as const)('fits into 60 columns of a terminal, but for commands to copy: %j', async ([words]) => {
    const { stdout } = await onTerminal(line, words, { columns: 60, env: { NO_COLOR: '1' } }).ended
    const tooLong = stdout.split(/\r?\n/).filter((one) => one.length > 60)
    expect(tooLong.filter((one) => !/npx |iris-devtester (?:ports|up|down)|\//.test(one))).toEqual([])
  })

  test('has no colours in a pipe', async () => {
    const { stdout, stderr } = await line.run(['ports', 'list'])
    expect(stdout + stderr).not.toContain(ESCAPE)
    expect((await line.run(['ports', 'assign', '--port', '99'])).stderr).not.toContain(ESCAPE)
  })

  test('may be read no further: a pipe that closes early is no error', async () => {
    for (const line_ of [
      '$PROGRAM ports list | true',
      '$PROGRAM ports list --json | head -n 1',
      '$PROGRAM ports history -n 1000 | head -c 1',
    ]) {
      const { exitCode, stderr } = await line.shell(line_)
      expect({ line_, exitCode, stderr }).toEqual({ line_, exitCode: 0, stderr: '' })
    }
  })

  test('that can not be written, as onto a full disk (Linux: /dev/full), is an error', async () => {
    const { exitCode, stderr } = await line.shell('$PROGRAM ports list > /dev/full')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "error  The output can't be written: ENOSPC: no space left on device, write\n",
    })
  })

  test('is one JSON value, however much it is', async () => {
    const { stdout } = await line.shell('$PROGRAM ports history -n 1000 --json | cat')
    expect((JSON.parse(stdout) as { history: unknown[] }).history).toHaveLength(10)
  })
})

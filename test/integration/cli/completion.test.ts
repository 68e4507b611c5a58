import { afterAll, expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'

const line = new CommandLine({})
afterAll(() => line[Symbol.dispose]())

/** What bash offers for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const quoted = ['iris-devtester', ...words].map((word) => `'${word}'`).join(' ')
  const { stdout } = await line.shell(
    `eval "$($PROGRAM completion bash)"; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _iris_devtester; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
  return stdout.split('\n').filter((word) => word !== '')
}

test('bash completes commands, options, choices and paths', async () => {
  expect(await offered('')).toEqual(expect.arrayContaining(['up', 'down', 'ports', 'run', 'init']))
  expect(await offered('ports', 're')).toEqual(['release'])
  expect(await offered('ports', 'assign', '--service', 'iris-')).toEqual(['iris-web'])
  expect(await offered('env', '--format', '')).toEqual(['shell', 'dotenv', 'json'])
  expect(await offered('up', '--id')).toEqual(['--idle'])
  expect(await offered('completion', 'f')).toEqual(['fish'])
  line.write('schema.sql', '')
  expect(await offered('up', '--load', 'sch')).toEqual(['schema.sql'])
})

test.for(['zsh', 'fish'])('%s gets a script that knows every command', async (shell) => {
  const { exitCode, stdout } = await line.run(['completion', shell])

  expect(exitCode).toBe(0)
  expect(stdout).toMatchSnapshot()
})

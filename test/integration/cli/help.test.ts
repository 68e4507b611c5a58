import { afterAll, expect, test } from 'vitest'
import { COMMANDS } from '../../../packages/cli/src/definitions/index.ts'
import { allCommands } from '../../../packages/cli/src/program/all-commands.ts'
import { CommandLine } from './command-line.ts'

const line = new CommandLine({})
afterAll(() => line[Symbol.dispose]())

const calls = [[], ['ports'], ...allCommands(COMMANDS).map(({ words }) => words)]

test.for(calls.map((words) => [words.join(' ')] as const))('iris-devtester %s --help', async ([name]) => {
  const words = name === '' ? [] : name.split(' ')

  const { exitCode, stdout, stderr } = await line.run([...words, '--help'])

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(stdout).toMatchSnapshot()
})

test('--version prints the package version alone', async () => {
  const { exitCode, stdout } = await line.run(['--version'])

  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
})

test('a call without a command is wrong usage and shows the help on standard error', async () => {
  const { exitCode, stdout, stderr } = await line.run([])

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain('Usage: iris-devtester')
})

test.for([
  ['an unknown command', ['prots']],
  ['an unknown option', ['up', '--fast']],
  ['a missing argument', ['sql']],
  ['a port that is none', ['ports', 'explain', '70000']],
  ['a word that is no choice', ['env', '--format', 'xml']],
  ['one argument too many', ['down', 'now']],
  ['an impossible setting', ['up', '--namespace', '7 of 9']],
] as const)('%s is wrong usage: exit code 2, a message for people, an object for programs', async ([, words]) => {
  const forPeople = await line.run(words)
  const forPrograms = await line.run([...words, '--json'])

  expect(forPeople).toMatchObject({ exitCode: 2, stdout: '' })
  expect(forPeople.stderr).toMatch(/^error/)
  expect(forPeople.stderr).not.toMatch(/\n {4}at /)
  expect(forPrograms).toMatchObject({ exitCode: 2, stderr: '' })
  expect(JSON.parse(forPrograms.stdout)).toMatchObject({ success: false, message: expect.stringMatching(/\w/) })
})

test.for([
  [['prots'], 'There is no command prots.', ['Did you mean ports?', 'See: npx @iris-devtester/cli --help']],
  [
    ['up', '--imge', 'x'],
    'There is no option --imge.',
    ['Did you mean --image?', 'See: npx @iris-devtester/cli up --help'],
  ],
  [
    ['env', '--format', 'xml'],
    'The option --format can\'t be "xml".',
    ['Use one of: shell, dotenv, json.', 'See: npx @iris-devtester/cli env --help'],
  ],
] as const)(
  'wrong usage (%j) has the shape of every error: what happened, and what to do',
  async ([words, what, steps]) => {
    const { stderr } = await line.run(words)
    expect(stderr).toBe(`error  ${what}\n\nWhat to do:\n${steps.map((one) => `  ${one}`).join('\n')}\n`)
  },
)

import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { expect, test } from 'vitest'
import { usageText } from './usage-text.ts'

/** What the parser itself says to a command line. */
function parserSays(words: readonly string[]): string {
  const program = new Command('x').exitOverride().configureOutput({ outputError: () => {} })
  const whole = (given: string) => {
    if (/^\d+$/.test(given)) return Number(given)
    throw new InvalidArgumentError('A whole number from 1 to 9 is needed.')
  }
  program
    .command('up')
    .addOption(new Option('-f, --format <form>', 'its form').choices(['shell', 'json']))
    .argument('<port>', 'its port', whole)
    .allowExcessArguments(false)
    .exitOverride()
    .action(() => {})
  try {
    program.parse(words, { from: 'user' })
  } catch (error) {
    if (error instanceof CommanderError) return error.message
    throw error
  }
  throw new Error('nothing is wrong with it')
}

test.each<[string, string, string[]]>([
  ['upp', 'There is no command upp.', ['Did you mean up?']],
  ['something-else', 'There is no command something-else.', []],
  ['up 1 --fromat x', 'There is no option --fromat.', ['Did you mean --format?']],
  ['up 1 --format', 'The option --format needs a value.', []],
  ["up 1 --format it's", 'The option --format can\'t be "it\'s".', ['Use one of: shell, json.']],
  ['up', 'The argument <port> is missing.', []],
  ['up many', 'The argument <port> can\'t be "many".', ['A whole number from 1 to 9 is needed.']],
  ['up 1 now then', 'There are too many arguments: 1, now, then.', []],
])('%s: %s', (words, message, hints) => {
  expect(usageText(parserSays(words.split(' ')))).toEqual({ message, hints })
})

test('a sentence that is not known is told as it is', () => {
  expect(usageText('error: something new')).toEqual({ message: 'something new', hints: [] })
})

import { cliCommand } from '@iris-devtester/core'
import { CliError } from '../program/cli-error.ts'

/** How variables are written. */
export type EnvironmentForm = 'shell' | 'dotenv' | 'json'

/**
 * The variables as text that a shell evaluates, a `.env` file, or JSON.
 *
 * @throws CliError `VALUE_NOT_WRITABLE` for what a `.env` file has no way to say.
 */
export function formatEnvironment(variables: Readonly<Record<string, string>>, form: EnvironmentForm): string {
  if (form === 'json') return JSON.stringify(variables, undefined, 2)
  const line = form === 'shell' ? shellLine : dotenvLine
  return Object.entries(variables)
    .map(([name, value]) => line(name, value))
    .join('\n')
}

/** In single quotes nothing means anything to a POSIX shell but the quote itself. */
function shellLine(name: string, value: string): string {
  return `export ${name}='${value.replaceAll("'", "'\\''")}'`
}

/** Readers of `.env` files agree on bare words, and on quotes around what holds none of that kind. */
function dotenvLine(name: string, value: string): string {
  if (/^[\w.:/@%-]*$/.test(value)) return `${name}=${value}`
  const quote = ["'", '"', '`'].find((one) => !value.includes(one))
  if (quote === undefined) {
    throw new CliError({
      code: 'VALUE_NOT_WRITABLE',
      message: `The value of ${name} can't be written into a .env file: it contains every kind of quotes.`,
      hint: `Use another format: ${cliCommand()} env --format shell\nOr use a password with fewer kinds of quotes.`,
      details: { name },
    })
  }
  return `${name}=${quote}${value}${quote}`
}

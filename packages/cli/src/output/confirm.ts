import { CliError } from '../program/cli-error.ts'

/**
 * Asks a question on the terminal; yes has to be typed.
 *
 * @throws CliError `CONFIRMATION_NEEDED` where nobody can answer: no terminal, or JSON was asked for.
 */
export async function confirm(question: string, { json }: { readonly json: boolean }): Promise<boolean> {
  if (json || !process.stdin.isTTY) {
    throw new CliError({
      code: 'CONFIRMATION_NEEDED',
      message: `${question} It needs a confirmation, and standard input is not a terminal.`,
      hint: 'Confirm it on the command line: --yes',
    })
  }
  const { createInterface } = await import('node:readline/promises')
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await lines.question(`${question} [y/N] `)
    return /^y(es)?$/i.test(answer.trim())
  } finally {
    lines.close()
  }
}

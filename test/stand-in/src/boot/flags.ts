/** The command line of `iris-main`. */
export interface MainFlags {
  readonly instance: string
  readonly up: boolean
  readonly down: boolean
  readonly key: string | undefined
  readonly before: string | undefined
  readonly after: string | undefined
  readonly exit: string | undefined
  readonly passwordFile: string | undefined
  readonly version: boolean
}

const LONG_NAMES: Readonly<Record<string, string>> = {
  '-i': '--instance',
  '-d': '--down',
  '-u': '--up',
  '-k': '--key',
  '-l': '--log',
  '-b': '--before',
  '-a': '--after',
  '-e': '--exit',
  '-p': '--password-file',
}
const TAKE_A_VALUE = new Set([...Object.values(LONG_NAMES), '--check-caps', '--ISCAgent'])

/**
 * Reads `iris-main`'s flags, each as `--name value` or `--name=value`. `--log`, `--check-caps` and `--ISCAgent` are accepted
 * and have no effect.
 *
 * @throws Error for a flag that doesn't exist or lacks its value.
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=ADOCK#ADOCK_iris_irismain
 */
export function parseFlags(args: readonly string[]): MainFlags {
  const values: Record<string, string> = {}
  for (let at = 0; at < args.length; at++) {
    const [, given = '', inline] = /^(-[^=]*)(?:=(.*))?$/s.exec(args[at] ?? '') ?? []
    const name = LONG_NAMES[given] ?? given
    if (name === '--version') values[name] = 'true'
    else if (!TAKE_A_VALUE.has(name)) throw new Error(`unknown flag ${JSON.stringify(args[at])}`)
    else {
      const value = inline ?? args[++at]
      if (value === undefined) throw new Error(`flag ${given} needs a value`)
      values[name] = value
    }
  }
  return {
    instance: values['--instance'] ?? 'IRIS',
    up: values['--up'] !== 'false',
    down: values['--down'] !== 'false',
    key: values['--key'],
    before: values['--before'],
    after: values['--after'],
    exit: values['--exit'],
    passwordFile: values['--password-file'],
    version: values['--version'] === 'true',
  }
}

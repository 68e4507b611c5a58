/** A wrong command line in our words: what is wrong with it, and what was meant. */
export interface UsageText {
  readonly message: string
  readonly hints: readonly string[]
}

type Reading = readonly [pattern: RegExp, text: (...parts: readonly string[]) => UsageText]

const QUOTED = "'([^']*)'"

/** The parser's own sentences, and ours for them. */
const READINGS: readonly Reading[] = [
  [new RegExp(`^unknown (option|command) ${QUOTED}`), (kind, name) => say(`There is no ${kind} ${name}.`)],
  [new RegExp(`^missing required argument ${QUOTED}`), (name) => say(`The argument <${name}> is missing.`)],
  [new RegExp(`^option ${QUOTED} argument missing`), (flags) => say(`The option ${longName(flags)} needs a value.`)],
  [
    new RegExp(`^option ${QUOTED} argument '(.*)' is invalid\\. (.*)$`, 's'),
    (flags, value, why) => refused(`The option ${longName(flags)}`, value, why),
  ],
  [
    new RegExp(`^command-argument value '(.*)' is invalid for argument ${QUOTED}\\. (.*)$`, 's'),
    (value, name, why) => refused(`The argument <${name}>`, value, why),
  ],
  [/^too many arguments.*but got \d+: (.*)\.$/s, (given) => say(`There are too many arguments: ${given}.`)],
]

/** @param message what the parser says, with the name that it takes for the one that was meant. */
export function usageText(message: string): UsageText {
  const [, said = '', meant] = /^(?:error: )?(.*?)(?:\n\((Did you mean .*\?)\))?$/s.exec(message) ?? []
  for (const [pattern, text] of READINGS) {
    const found = pattern.exec(said)
    if (!found) continue
    const { message: ours, hints } = text(...found.slice(1))
    return { message: ours, hints: [...hints, ...(meant === undefined ? [] : [meant])] }
  }
  return { message: said, hints: meant === undefined ? [] : [meant] }
}

function say(message: string, ...hints: readonly string[]): UsageText {
  return { message, hints }
}

function refused(what: string, value: string | undefined, why = ''): UsageText {
  const choices = /^Allowed choices are (.*)$/s.exec(why)?.[1]
  return say(`${what} can't be ${JSON.stringify(value)}.`, choices === undefined ? why : `Use one of: ${choices}`)
}

/** `--service` of `-s, --service <name>`. */
function longName(flags = ''): string {
  return /--[\w-]+/.exec(flags)?.[0] ?? flags
}

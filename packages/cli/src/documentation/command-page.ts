import { allCommands, type CalledCommand } from '../program/all-commands.ts'
import type { CommandDefinition, GroupDefinition } from '../program/command-definition.ts'
import { optionName, type Spec, type Specs } from '../program/option-spec.ts'
import { PROGRAM_NAME } from '../program/program-name.ts'
import { SHARED_OPTIONS } from '../program/shared-options.ts'
import { JSON_SHAPES } from '../project/json-shapes.ts'

const INTRODUCTION = `# The command line

\`${PROGRAM_NAME}\` starts, shows and ends your projects' IRIS containers, manages their ports, and runs any command with IRIS up.

\`\`\`sh
npm install --save-dev @iris-devtester/cli
npx ${PROGRAM_NAME} up
\`\`\`

This page is generated from the definitions that the help and the shells' completion are made of.

## Everywhere

Results go to standard output; progress, notes and errors go to standard error. There is no colour where the output is no terminal or \`NO_COLOR\` is set.
`

const EXIT_CODES = `| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed; the error says why and what to do |
| 2 | wrong usage: an unknown option, an impossible value, a question that nobody could answer |
| 3 | nothing to do, or not found |
| 128 + n | ended by signal n |

\`run\` and \`session\` end with the exit code of what they ran.
`

/** The documentation of all commands, in Markdown. */
export function commandPage(commands: readonly (CommandDefinition | GroupDefinition)[]): string {
  const all = allCommands(commands)
  return [
    INTRODUCTION,
    optionTable(SHARED_OPTIONS),
    EXIT_CODES,
    `## Commands\n\n| command | what it does |\n|---|---|\n${all.map(contentsRow).join('\n')}\n`,
    ...all.map(section),
    jsonSection(),
  ].join('\n')
}

function contentsRow({ words, definition }: CalledCommand): string {
  const name = words.join(' ')
  return `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${cell(definition.summary)} |`
}

function section({ words, definition }: CalledCommand): string {
  const { summary, description, options, examples, json, arguments: given } = definition
  const name = words.join(' ')
  const places = Object.values(given).map(placeOf)
  const usage = [PROGRAM_NAME, name, '[options]', ...places].join(' ')
  const hasOptions = Object.keys(options).length > 0
  return [
    `### ${name}`,
    '',
    `${summary}.${description === undefined ? '' : ` ${description}`}`,
    '',
    `\`\`\`\n${usage}\n\`\`\``,
    '',
    ...(places.length > 0
      ? [`| argument | |\n|---|---|\n${Object.values(given).map(argumentRow).join('\n')}`, '']
      : []),
    ...(hasOptions ? [optionTable(options)] : []),
    ...(examples.length > 0 ? [exampleBlock(examples), ''] : []),
    json === undefined ? 'It has no `--json`: what it prints is not its own.' : `\`--json\`: \`${json}\``,
    '',
  ].join('\n')
}

function jsonSection(): string {
  const shapes = Object.entries(JSON_SHAPES).map(([name, shape]) => `type ${name} = ${shape}`)
  return `## JSON

With \`--json\`, standard output holds exactly one JSON value, on failure an \`Error\`. Times are in ISO 8601, durations in milliseconds. Keys may be added in any release; none is renamed or removed but in a major one.

\`\`\`ts
${shapes.join('\n')}
\`\`\`
`
}

function exampleBlock(examples: CommandDefinition['examples']): string {
  const lines = examples.map(([line, purpose]) => `# ${purpose}\n${PROGRAM_NAME} ${line}`)
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``
}

function optionTable(options: Specs): string {
  const rows = Object.entries(options).map(([key, spec]) => {
    const short = spec.short === undefined ? '' : `-${spec.short}, `
    const value = spec.kind === 'flag' ? '' : ` <${spec.placeholder}>`
    return `| \`${short}--${optionName(key)}${value}\` | ${cell(describe(spec))} |`
  })
  return `| option | |\n|---|---|\n${rows.join('\n')}\n`
}

function argumentRow(spec: Spec<unknown>): string {
  return `| \`${placeOf(spec)}\` | ${cell(describe(spec))} |`
}

function placeOf({ placeholder, required, kind }: Spec<unknown>): string {
  const word = `${placeholder}${kind === 'words' ? '...' : ''}`
  return required ? `<${word}>` : `[${word}]`
}

function describe({ description, choices, default: fallback }: Spec<unknown>): string {
  const words = choices === undefined ? '' : `: ${choices.map((one) => `\`${one}\``).join(', ')}`
  return `${description}${words}${typeof fallback === 'string' ? ` (default: ${fallback})` : ''}`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

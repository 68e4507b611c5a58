import type { Spec } from '../program/option-spec.ts'
import { PROGRAM_NAME } from '../program/program-name.ts'
import { type Commands, type CompletedCommand, completedCommands, firstWords, groups } from './completion-words.ts'

/** A script for zsh's own completion system; `compinit` has to have run before it. */
export function zshCompletion(commands: Commands): string {
  const all = completedCommands(commands)
  const single = all.filter(({ words }) => words.length === 1)
  return `#compdef ${PROGRAM_NAME}
# Completion of ${PROGRAM_NAME} for zsh.
_iris_devtester() {
  local context state line
  _arguments -C '1: :->command' '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${describe(firstWords(commands), 8)}
      )
      _describe command commands ;;
    rest)
      case $words[1] in
${groups(commands)
  .map((group) => groupBranch(group.name, group.commands, all))
  .join('\n')}
${single.map((one) => `        ${one.words[0]}) ${argumentsOf(one, 10)} ;;`).join('\n')}
      esac ;;
  esac
}
if [ "$funcstack[1]" = "_iris_devtester" ]; then _iris_devtester "$@"; else compdef _iris_devtester ${PROGRAM_NAME}; fi
`
}

function groupBranch(
  name: string,
  inner: readonly { readonly name: string; readonly summary: string }[],
  all: readonly CompletedCommand[],
): string {
  const own = all.filter(({ words }) => words[0] === name)
  return `        ${name})
          _arguments -C '1: :->command' '*:: :->rest'
          case $state in
            command)
              local -a commands=(
${describe(inner, 16)}
              )
              _describe command commands ;;
            rest)
              case $words[1] in
${own.map((one) => `                ${one.words[1]}) ${argumentsOf(one, 18)} ;;`).join('\n')}
              esac ;;
          esac ;;`
}

function describe(words: readonly { readonly name: string; readonly summary: string }[], indent: number): string {
  return words.map(({ name, summary }) => `${' '.repeat(indent)}${quote(`${name}:${summary}`)}`).join('\n')
}

function argumentsOf({ options, arguments: given }: CompletedCommand, indent: number): string {
  const break_ = ` \\\n${' '.repeat(indent)}`
  const optionWords = options.flatMap(({ long, short, spec }) =>
    [long, ...(short === undefined ? [] : [short])].map((name) => {
      const many = spec.kind === 'list' ? '*' : ''
      return quote(
        `${many}${name}[${escaped(spec.description)}]${spec.kind === 'flag' ? '' : `:${spec.placeholder}:${action(spec)}`}`,
      )
    }),
  )
  const argumentWords = given.map((spec) =>
    spec.kind === 'words'
      ? quote('*::command:_normal')
      : quote(`${spec.required ? '' : ':'}:${spec.placeholder}:${action(spec)}`),
  )
  return ['_arguments', ...optionWords, quote('--help[print this help]'), ...argumentWords].join(break_)
}

function action({ choices, completes }: Spec<unknown>): string {
  if (choices) return `(${choices.join(' ')})`
  if (completes === 'file') return '_files'
  return completes === 'directory' ? '_files -/' : ''
}

function escaped(text: string): string {
  return text.replace(/[[\]:]/g, '\\$&')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

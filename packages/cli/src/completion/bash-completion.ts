import { PROGRAM_NAME } from '../program/program-name.ts'
import { type Commands, type CompletedCommand, completedCommands, firstWords, groups } from './completion-words.ts'

/** A script for bash 3.2 and later: no `bash-completion` package, no associative arrays. */
export function bashCompletion(commands: Commands): string {
  const branches = completedCommands(commands).map(branch).join('\n')
  const groupBranches = groups(commands).map(
    ({ name, commands: inner }) => `    "${name}") words="${inner.map((one) => one.name).join(' ')}" ;;`,
  )
  return `# Completion of ${PROGRAM_NAME} for bash.
_iris_devtester() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" words="" files=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${firstWords(commands)
      .map(({ name }) => name)
      .join(' ')} help --help --version" -- "$current"))
    return
  fi
  case "$command" in
    ${groups(commands)
      .map(({ name }) => name)
      .join('|')})
      [ "$COMP_CWORD" -gt 2 ] && command="$command \${COMP_WORDS[2]}" ;;
  esac
  case "$command" in
${groupBranches.join('\n')}
${branches}
  esac
  case "$files" in
    file) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")) ;;
    directory) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$current")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
  esac
}
complete -F _iris_devtester ${PROGRAM_NAME}
`
}

function branch({ words, options, arguments: given }: CompletedCommand): string {
  const names = options.flatMap(({ long, short }) => (short === undefined ? [long] : [long, short]))
  const values = options
    .filter(({ spec }) => spec.kind !== 'flag')
    .map(({ long, short, spec }) => {
      const pattern = short === undefined ? long : `${long}|${short}`
      if (spec.choices) return `        ${pattern}) words="${spec.choices.join(' ')}" ;;`
      return `        ${pattern}) ${spec.completes === undefined ? 'return' : `files=${spec.completes}`} ;;`
    })
  const choices = given.flatMap((spec) => spec.choices ?? [])
  const place = given.find((spec) => spec.completes !== undefined)?.completes
  const fallback =
    place === undefined
      ? `words="${[...choices, ...names, '--help'].join(' ')}"`
      : `words="${[...names, '--help'].join(' ')}"; case "$current" in -*) ;; *) files=${place} ;; esac`
  return `    "${words.join(' ')}")
      case "$previous" in
${values.join('\n')}
        *) ${fallback} ;;
      esac ;;`
}

import type { Spec } from '../program/option-spec.ts'
import { PROGRAM_NAME } from '../program/program-name.ts'
import { type Commands, type CompletedCommand, completedCommands, firstWords, groups } from './completion-words.ts'

const COMPLETE = `complete -c ${PROGRAM_NAME}`

/** A script for fish. */
export function fishCompletion(commands: Commands): string {
  const inner = groups(commands).flatMap(({ name, commands: own }) => {
    const names = own.map((one) => one.name).join(' ')
    return own.map(
      (one) =>
        `${COMPLETE} -n ${quote(`__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${names}`)} -a ${one.name} -d ${quote(one.summary)}`,
    )
  })
  return [
    `# Completion of ${PROGRAM_NAME} for fish.`,
    `${COMPLETE} -f`,
    ...firstWords(commands).map(
      ({ name, summary }) => `${COMPLETE} -n __fish_use_subcommand -a ${name} -d ${quote(summary)}`,
    ),
    ...inner,
    ...completedCommands(commands).flatMap((one) => commandLines(one, commands)),
    '',
  ].join('\n')
}

function commandLines({ words, options, arguments: given }: CompletedCommand, commands: Commands): string[] {
  const condition = quote(conditionFor(words, commands))
  const optionLines = options.map(({ long, short, spec }) => {
    const names = `-l ${long.slice(2)}${short === undefined ? '' : ` -s ${short.slice(1)}`}`
    return `${COMPLETE} -n ${condition} ${names}${valuePart(spec)} -d ${quote(spec.description)}`
  })
  const argumentLines = given
    .filter((spec) => spec.choices !== undefined || spec.completes !== undefined)
    .map((spec) => `${COMPLETE} -n ${condition}${placeOf(spec)}`)
  return [...optionLines, ...argumentLines]
}

/** A group's name alone is not enough: `list` is a command of its own too. */
function conditionFor([first = '', second]: readonly string[], commands: Commands): string {
  if (second !== undefined) return `__fish_seen_subcommand_from ${first}; and __fish_seen_subcommand_from ${second}`
  const others = groups(commands).map(({ name }) => `; and not __fish_seen_subcommand_from ${name}`)
  return `__fish_seen_subcommand_from ${first}${others.join('')}`
}

function valuePart(spec: Spec<unknown>): string {
  if (spec.kind === 'flag') return ''
  if (spec.choices) return ` -x -a ${quote(spec.choices.join(' '))}`
  return spec.completes === undefined
    ? ' -x'
    : ` -r${spec.completes === 'file' ? ' -F' : " -a '(__fish_complete_directories)'"}`
}

function placeOf({ choices, completes }: Spec<unknown>): string {
  if (choices) return ` -a ${quote(choices.join(' '))}`
  return completes === 'file' ? ' -F' : " -a '(__fish_complete_directories)'"
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}

import { bashCompletion } from '../completion/bash-completion.ts'
import { fishCompletion } from '../completion/fish-completion.ts'
import { zshCompletion } from '../completion/zsh-completion.ts'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'

const WRITERS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const

/** Prints a completion script. */
export async function completion(
  { commands }: CommandContext,
  { shell }: { readonly shell: keyof typeof WRITERS },
): Promise<Report> {
  const script = WRITERS[shell](commands)
  return { json: { shell, script }, text: script.trimEnd() }
}

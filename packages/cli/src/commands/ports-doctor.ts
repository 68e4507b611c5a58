import { diagnoseRegistry, type RegistryFinding, repairRegistry } from '@iris-devtester/core/ports'
import { style } from '../output/style.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import { terminalWidth, wrapWords } from '../program/fit-width.ts'
import type { Report } from '../program/report.ts'
import { registryOptions } from '../project/open-registry.ts'

/** Looks the registry over, and repairs it if told to. */
export async function portsDoctor(context: CommandContext, { repair }: { readonly repair: boolean }): Promise<Report> {
  const options = { ...registryOptions(context), onWarning: () => {} }
  const { repaired, diagnosis } = repair
    ? await repairRegistry(options)
    : { repaired: [], diagnosis: await diagnoseRegistry(options) }
  const { registryPath, generation, isHealthy, findings } = diagnosis
  const verdict = isHealthy ? style('green', 'healthy') : style('yellow', 'needs attention')
  return {
    json: { ...diagnosis, repaired },
    text: [
      `${registryPath}  generation ${generation}  ${verdict}`,
      ...repaired.map(({ code, message }) => `  ${style('green', 'repaired')}  ${code}  ${message}`),
      ...findings.map(findingText),
    ].join('\n'),
    exitCode: isHealthy ? EXIT.done : EXIT.failed,
  }
}

const COLOURS = { error: 'red', warning: 'yellow', info: 'dim' } as const

/** The sentence is wrapped; a command stays on its line, so that it can be copied. */
function findingText({ code, severity, message, remedy }: RegistryFinding): string {
  const steps = remedy.split('\n').map((line) => `    ${line}`)
  return [
    `  ${style(COLOURS[severity], severity)}  ${code}`,
    wrapWords(message, terminalWidth(), '    '),
    ...steps,
  ].join('\n')
}

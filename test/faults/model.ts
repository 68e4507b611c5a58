import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { commands, type RealRegistry } from './model-commands.ts'
import { RegistryModel } from './registry-model.ts'
import { TemporaryFolder } from './temporary-folder.ts'

const RANGE = [21_700, 21_704] as const
/** More projects than ports. */
const PROJECTS = 7

/** Runs `sequences` random sequences of operations against the registry and a simple model of it. */
export async function checkModel(sequences: number, length: number, seed?: number): Promise<{ commands: number }> {
  using folder = new TemporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined)
  let count = 0
  const property = fc.asyncProperty(commands(PROJECTS, ...RANGE, length), async (sequence) => {
    const registryPath = folder.registry()
    const open = () => new PortRegistry({ registryPath, portRange: RANGE, docker: false, onWarning: () => undefined })
    const real: RealRegistry = { registry: open(), open }
    await fc.asyncModelRun(() => ({ model: new RegistryModel(...RANGE), real }), sequence)
    count += [...sequence].length
  })
  const details = await fc.check(property, { numRuns: sequences, ...(seed === undefined ? {} : { seed }) })
  if (details.failed)
    throw new Error(fc.defaultReportMessage(details)?.slice(0, 4_000), { cause: details.errorInstance })
  return { commands: count }
}

if (import.meta.main) {
  const options = {
    sequences: { type: 'string', default: '500' },
    length: { type: 'string', default: '60' },
    seed: { type: 'string' },
  } as const
  const { values } = parseArgs({ options })
  const seed = values.seed === undefined ? undefined : Number(values.seed)
  console.log(
    JSON.stringify({
      sequences: values.sequences,
      ...(await checkModel(Number(values.sequences), Number(values.length), seed)),
    }),
  )
}

import type { EngineClient } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import { interruptible } from '../program/interruptible.ts'
import type { Report } from '../program/report.ts'
import { requireContainer } from '../project/container-access.ts'

interface LogsInput {
  readonly follow: boolean
  readonly tail: number | undefined
}

/** Prints the container's output. */
export async function logs(context: CommandContext, { follow, tail }: LogsInput): Promise<Report | number> {
  const { access, container } = await requireContainer(context)
  if (!follow) {
    const text = await access.engine.logs(container.id, tail === undefined ? {} : { tail })
    const whole = text.replaceAll('\r', '').replace(/\n$/, '')
    return { json: { lines: whole === '' ? [] : whole.split('\n') }, text: whole }
  }
  await followOutput(access.engine, container.id, tail, context.json)
  return EXIT.done
}

/** Prints until the container ends, a signal comes, or nobody reads any more. */
async function followOutput(engine: EngineClient, id: string, tail: number | undefined, json: boolean): Promise<void> {
  const outputClosed = new AbortController()
  process.stdout.once('error', () => outputClosed.abort())
  try {
    await interruptible(async (signal) => {
      for await (const line of engine.followLogs(id, {
        tail,
        signal: AbortSignal.any([signal, outputClosed.signal]),
      })) {
        process.stdout.write(`${json ? JSON.stringify(line) : line}\n`)
      }
    })
  } catch (error) {
    if (!outputClosed.signal.aborted) throw error
  }
}

import type { CommandContext } from '../program/command-context.ts'
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
  await interruptible(async (signal) => {
    for await (const line of access.engine.followLogs(container.id, { tail, signal })) {
      process.stdout.write(`${context.json ? JSON.stringify(line) : line}\n`)
    }
  })
  return EXIT.done
}

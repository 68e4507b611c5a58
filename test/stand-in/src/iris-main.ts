/**
 * The stand-in: a test double of an InterSystems IRIS container. It pretends to be `iris-main` and the instance under it,
 * no more than the tests of this repository need; nothing outside `test/` knows of it. What it can't do is in the README.
 */
import { BootFailed, boot } from './boot/boot.ts'
import { type MainFlags, parseFlags } from './boot/flags.ts'
import { HookFailed, runHook } from './boot/hooks.ts'
import { Log } from './boot/log.ts'
import { readSwitches } from './boot/switches.ts'
import { Instance } from './instance/instance.ts'
import { ZVERSION } from './instance/version.ts'

function fail(message: string): never {
  process.stderr.write(`[ERROR] ${message}\n`)
  process.exit(64)
}

function attempt<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    return fail((error as Error).message)
  }
}

async function stop(instance: Instance, flags: MainFlags): Promise<never> {
  const { log } = instance
  if (flags.down) log.main('INFO', `Stopping InterSystems IRIS instance ${flags.instance}...`)
  instance.close()
  if (flags.exit) await runHook(log, flags.exit).catch(() => process.exit(1))
  if (flags.down) log.main('INFO', `...stopped InterSystems IRIS instance ${flags.instance}`)
  process.exit(0)
}

async function main(): Promise<void> {
  const flags = attempt(() => parseFlags(process.argv.slice(2)))
  if (flags.version) {
    process.stdout.write(`${ZVERSION}\n`)
    return
  }
  const switches = attempt(() => readSwitches(process.env))
  const log = new Log((line) => process.stdout.write(`${line}\n`))
  const instance = new Instance(switches, log)
  // The first process of a container gets no signal that it doesn't ask for.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(instance, flags))
  // Nothing else keeps the process alive when nothing is to be started.
  setInterval(() => {}, 2 ** 30)
  if (!flags.up) return
  try {
    await boot(instance, flags, process.env.ISC_CPF_MERGE_FILE)
  } catch (error) {
    if (error instanceof BootFailed) process.exit(error.exitCode)
    if (error instanceof HookFailed) process.exit(1)
    throw error
  }
  if (switches.crashAfterMs !== undefined) setTimeout(() => process.exit(switches.exitCode ?? 1), switches.crashAfterMs)
}

await main()

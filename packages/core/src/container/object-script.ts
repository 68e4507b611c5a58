import type { EngineClient } from '../engine/engine-client.ts'
import { IrisContainerError } from './container-error.ts'
import { NAMESPACE } from './iris-settings.ts'

export interface ObjectScript {
  readonly namespace: string
  /** One command a line, no comments, blocks or macros: the session reads them as if typed. */
  readonly lines: readonly string[]
  /** Values for `$system.Util.GetEnviron("NAME")`: the script itself stays constant, so no value can become code. */
  readonly values?: Readonly<Record<string, string>>
}

/**
 * Runs ObjectScript in a container through a session's standard input, and gives what it wrote, without the session's own
 * greeting and prompts. `iris session` ends with
 * exit code 0 whatever happens, so success is a marker that only the script's last line prints.
 *
 * @param timeoutMs how long it may take, in ms. Default 60,000.
 * @throws IrisContainerError `OBJECTSCRIPT_FAILED` with what the session wrote.
 */
export async function runObjectScript(
  engine: EngineClient,
  container: string,
  { namespace, lines, values = {} }: ObjectScript,
  timeoutMs = 60_000,
): Promise<string> {
  if (!NAMESPACE.test(namespace)) {
    throw new IrisContainerError({
      code: 'SETTING_INVALID',
      message: `${JSON.stringify(namespace)} is not a valid namespace name.`,
      hint: 'Use letters and digits, a letter first: SHOP. A % may come before it.',
      details: { namespace },
    })
  }
  // The marker is put together in the session, so an echo of the input can't be taken for it.
  const stdin = [...lines, 'Write !,"@@","DONE",!', 'Halt', ''].join('\n')
  const outcome = await engine.exec(container, ['iris', 'session', 'IRIS', '-U', namespace], {
    stdin,
    env: Object.entries(values).map(([name, value]) => `${name}=${value}`),
    timeoutMs,
  })
  const output = outcome.stdout.replaceAll('\r', '')
  const failed = /^@@ERR (.*)$/m.exec(output)?.[1] ?? /^<[A-Z ]+>.*$/m.exec(output)?.[0]
  if (failed === undefined && /^@@DONE$/m.test(output)) return ownOutput(output, namespace)
  throw new IrisContainerError({
    code: 'OBJECTSCRIPT_FAILED',
    message: `ObjectScript failed in container ${container}, namespace ${namespace}: ${failed ?? 'the session ended early.'}\n${output.trim()}${outcome.stderr}`,
    details: { namespace, lines, output, exitCode: outcome.exitCode },
  })
}

/** What is between the prompts, up to the one after which the marker was written. */
function ownOutput(output: string, namespace: string): string {
  const [, ...written] = output.split(`\n${namespace.toUpperCase()}>`)
  const end = written.findIndex((part) => /^\n?@@DONE$/m.test(part))
  // A script that has gone to another namespace has other prompts.
  return (end < 0 ? output.replace(/^@@DONE$/m, '') : written.slice(0, end).join('')).trim()
}

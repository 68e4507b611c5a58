import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { portAt } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'

let home: RegistryHome
let line: CommandLine
beforeEach(() => {
  home = new RegistryHome()
  line = new CommandLine(home.env)
})
afterEach(async () => {
  line[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

/** A folder in the project's that is a project of its own. */
function project(name: string): string {
  const folder = join(line.folder, name)
  mkdirSync(folder)
  return folder
}

/** What an error tells to run: each line's command for a shell. */
function remedies(stderr: string): string[] {
  const [, hint = ''] = stderr.split('What to do:')
  return [...hint.matchAll(/(?:: | {2}|^)((?:npx @iris-devtester\/cli|export) .*)$/gm)].map(
    ([, command]) => command as string,
  )
}

/** Meets an error, does as one of its remedies says, and tries again what had failed. */
async function carryOut(failing: string, remedy: RegExp) {
  const refused = await line.shell(failing)
  expect(refused.exitCode, refused.stdout).not.toBe(0)
  const command = remedies(refused.stderr).find((one) => remedy.test(one))
  expect(command, refused.stderr).toBeDefined()
  // Nobody is there to confirm it.
  const confirmed = command?.endsWith('ports clear') ? `${command} --yes` : command
  return line.shell(`${confirmed?.replace('npx @iris-devtester/cli', '$PROGRAM')} && ${failing}`)
}

describe('carried out as printed, this removes the cause of the error:', () => {
  const assignHere = '$PROGRAM ports assign --service node'

  test.each([/ports release /, /ports clear/, /ports ranges /])('a full range: %s', async (remedy) => {
    await line.shell(`$PROGRAM ports ranges --service node --set ${portAt(0)}-${portAt(1)}`)
    for (const name of ['one', 'two'])
      await line.shell(`$PROGRAM ports assign --service node --project ${project(name)}`)
    const outcome = await carryOut(assignHere, remedy)
    expect(outcome.exitCode, outcome.stderr).toBe(0)
  })

  test('a full range that a variable names: export', async () => {
    const full = `\${IRIS_DEVTESTER_NODE_PORT_RANGE:=${portAt(0)}-${portAt(0)}} && export IRIS_DEVTESTER_NODE_PORT_RANGE`
    await line.shell(`: ${full} && $PROGRAM ports assign --service node --project ${project('one')}`)
    const outcome = await carryOut(`: ${full} && ${assignHere}`, /^export IRIS_DEVTESTER_NODE_PORT_RANGE=/)
    expect(outcome.exitCode, outcome.stderr).toBe(0)
  })

  test('a full range, one of whose projects is gone: ports cleanup', async () => {
    await line.shell(`$PROGRAM ports ranges --service node --set ${portAt(0)}-${portAt(1)}`)
    for (const name of ['one', 'two'])
      await line.shell(`$PROGRAM ports assign --service node --project ${project(name)}`)
    // Without it, an assignment notices by itself that the folder is gone.
    const refused = await line.shell(assignHere)
    expect(refused.stderr).toContain('ports cleanup')
    rmSync(join(line.folder, 'one'), { recursive: true })
    expect(await line.shell(`$PROGRAM ports cleanup && ${assignHere}`)).toMatchObject({ exitCode: 0 })
  })

  test("another project's port: ports release", async () => {
    const port = portAt(2)
    await line.shell(`$PROGRAM ports ranges --service node --set ${portAt(0)}-${portAt(5)}`)
    await line.shell(`$PROGRAM ports assign --service node --port ${port} --project ${project('other')}`)
    const outcome = await carryOut(`${assignHere} --port ${port}`, /ports release/)
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(String(port)) })
  })

  test('a port outside the range: ports ranges --set', async () => {
    const refused = await line.shell(`${assignHere} --port ${portAt(3)}`)
    const command = remedies(refused.stderr).find((one) => one.includes('ports ranges')) as string
    const range = command
      .replace('npx @iris-devtester/cli', '$PROGRAM')
      .replace('<first>', String(portAt(0)))
      .replace('<last>', String(portAt(9)))
    expect(await line.shell(`${range} && ${assignHere} --port ${portAt(3)}`)).toMatchObject({ exitCode: 0 })
  })

  test('a registry home that is relative: export IRIS_DEVTESTER_HOME', async () => {
    const refused = await line.run(['ports', 'assign', '--service', 'node'], { env: { IRIS_DEVTESTER_HOME: 'ports' } })
    const command = remedies(refused.stderr).find((one) => one.startsWith('export')) as string
    expect(await line.shell(`${command} && ${assignHere}`)).toMatchObject({ exitCode: 0 })
  })

  test('a project without a container: up; one whose container holds its port: down', async () => {
    const started = await carryOut("$PROGRAM sql 'SELECT 1 AS one'", / up$/)
    expect(started.exitCode, started.stderr).toBe(0)
    const released = await line.shell('$PROGRAM ports release')
    const [down = ''] = remedies(released.stderr)
    expect(down).toMatch(/ down$/)
    expect(await line.shell(down.replace('npx @iris-devtester/cli', '$PROGRAM'))).toMatchObject({ exitCode: 0 })
    expect(await home.leftovers()).toEqual([])
  })

  test('a port that a process holds: ports explain names that process', async () => {
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen(portAt(4), '127.0.0.1', resolve))
    try {
      await line.shell(`$PROGRAM ports ranges --service node --set ${portAt(0)}-${portAt(5)}`)
      const refused = await line.shell(`${assignHere} --port ${portAt(4)}`)
      const explain = remedies(refused.stderr).find((one) => one.includes('ports explain')) as string
      const { stdout } = await line.shell(explain.replace('npx @iris-devtester/cli', '$PROGRAM'))
      expect(stdout).toContain(`kill ${process.pid}`)
    } finally {
      holder.close()
    }
  })
})

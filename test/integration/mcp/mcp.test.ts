import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LOOPBACK_6 } from '../../machine/ipv6.ts'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'

let home: TestHome
let project: CommandLine

beforeEach(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path, STANDIN_BOOT_MS: '50' })
})

afterEach(async () => {
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

describe('ports', () => {
  it('are requested, kept, seen by the command line, and released', async () => {
    await using agent = await Agent.start(project)
    const first = await agent.call('ports_request', { type: 'node' })
    const again = await agent.call('ports_request', { type: 'node', port: 'auto' })
    expect(first.value.assignment).toMatchObject({ projectPath: project.folder, service: 'node' })
    expect(again.value.assignment.port).toBe(first.value.assignment.port)
    const seen = await project.json<{ assignments: unknown[] }>(['ports', 'list'])
    expect(seen.value.assignments).toEqual([first.value.assignment])
    const released = await agent.call('ports_release', { type: 'node' })
    expect(released.value.released).toHaveLength(1)
    expect((await agent.call('ports_list')).value.assignments).toEqual([])
  })

  it("are refused with suggestions when they are another project's, reserved or out of range", async () => {
    using other = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
    await using theirs = await Agent.start(other)
    await using agent = await Agent.start(project)
    await theirs.call('ports_request', { type: 'node', port: 3100 })
    for (const [port, error] of [
      [3100, 'PORT_IN_USE'],
      [2601, 'SYSTEM_RESERVED'],
      [9999, 'PORT_OUT_OF_RANGE'],
    ] as const) {
      const { isError, value } = await agent.call('ports_request', { type: 'node', port })
      expect({ isError, value }).toMatchObject({ isError: true, value: { success: false, error } })
      expect(value.suggestions.length).toBeGreaterThanOrEqual(3)
    }
  })

  it('that a process listens on are refused', async () => {
    const listener = createServer()
    await new Promise<void>((resolve) => listener.listen(4321, LOOPBACK_6, resolve))
    try {
      await using agent = await Agent.start(project)
      const { value } = await agent.call('ports_request', { type: 'static', port: 4321 })
      expect(value.error).toBe('PORT_IN_USE')
      expect((await agent.call('ports_explain', { port: 4321 })).value.isAvailable).toBe(false)
    } finally {
      listener.close()
    }
  })

  it('go to as many agents as ask at once, each its own', async () => {
    const projects = Array.from({ length: 5 }, () => new CommandLine({ IRIS_DEVTESTER_HOME: home.path }))
    const agents = await Promise.all(projects.map((one) => Agent.start(one)))
    const answers = await Promise.all(agents.map((one) => one.call('ports_request', { type: 'python' })))
    expect(new Set(answers.map(({ value }) => value.assignment.port)).size).toBe(5)
    for (const one of agents) await one[Symbol.asyncDispose]()
    for (const one of projects) one[Symbol.dispose]()
  })
})

describe('a project', () => {
  it('outside the roots is refused, through a symbolic link too', async () => {
    const inside = join(project.folder, 'app')
    mkdirSync(inside)
    symlinkSync(home.path, join(inside, 'link'))
    await using agent = await Agent.start(project, [inside])
    expect((await agent.call('ports_request', { type: 'php' })).value.assignment.projectPath).toBe(inside)
    for (const outside of [project.folder, '/', `${inside}/..`, join(inside, 'link')]) {
      const { isError, value } = await agent.call('iris_down', { project: outside, force: true })
      expect([outside, isError, value.error]).toEqual([outside, true, 'OUTSIDE_ROOTS'])
    }
    const missing = await agent.call('iris_status', { project: join(inside, 'none') })
    expect(missing.value.error).toBe('PROJECT_NOT_FOUND')
  })

  it('has to be named when there are several roots; with none, nothing is allowed', async () => {
    await using several = await Agent.start(project, [project.folder, home.path])
    expect((await several.call('ports_list')).value.error).toBe('PROJECT_REQUIRED')
    const many = Array.from({ length: 30 }, (_, at) => `/${String(at).repeat(4_000)}`)
    await using long = await Agent.start(project, many)
    const { isError, value, text } = await long.call('ports_list')
    expect({ isError, error: value.error }).toEqual({ isError: true, error: 'OUTPUT_TOO_LARGE' })
    expect(text.length).toBeLessThan(2_000)
    await using none = await Agent.start(project, [])
    expect((await none.call('ports_list')).value.error).toBe('OUTSIDE_ROOTS')
  })
})

describe('IRIS', () => {
  it('is started, connected to and ended; only the connection shows the password', async () => {
    await using agent = await Agent.start(project)
    // From now on the client checks each result by the tool's output schema.
    await agent.client.listTools()
    const up = await agent.call('iris_up')
    expect(up.isError, up.text).toBe(false)
    const { value: variables } = await agent.call('iris_connection')
    const status = await agent.call('iris_status')
    const log = await agent.call('iris_logs', { tail: 2 })
    expect(log.value).toEqual({ lines: [expect.any(String), expect.any(String)], isCut: false })
    expect(status.value).toMatchObject({ answers: true, container: { state: 'running' } })
    expect(variables.IRIS_PASSWORD).toBeTypeOf('string')
    expect(up.value.connection).not.toHaveProperty('password')
    expect(up.value.connection).not.toHaveProperty('url')
    const restarted = await agent.call('iris_restart')
    expect(restarted.isError, restarted.text).toBe(false)
    expect((await agent.call('iris_down')).value.ended.state).toBe('running')
    expect((await agent.call('iris_status')).value.container).toBeNull()
  })

  it('gives no password in a refusal', async () => {
    using named = new CommandLine({
      IRIS_DEVTESTER_HOME: home.path,
      IRIS_URL: 'iris://ada:topsecret@127.0.0.1:1/USER',
    })
    await using agent = await Agent.start(named)
    const refused = await agent.call('iris_up')
    expect(refused.value).toMatchObject({ success: false, error: 'EXTERNAL_IRIS_UNREACHABLE' })
    expect(refused.text).not.toContain('topsecret')
  })

  it('is not connected to before it runs; the refusal names the tool that starts it', async () => {
    await using agent = await Agent.start(project)
    const { value } = await agent.call('iris_connection')
    expect(value).toMatchObject({ error: 'CONTAINER_NOT_FOUND', hint: 'Start it: iris_up' })
  })

  it('is not ended, and its ports are not released, while a run is live', async () => {
    const run = project.start(['run', '--', 'sleep', '600'])
    try {
      await using agent = await Agent.start(project)
      await expect.poll(async () => (await agent.call('iris_status')).value.runs?.length).toBe(1)
      expect((await agent.call('iris_down')).value.error).toBe('RUNS_ARE_LIVE')
      const refused = await agent.call('ports_release')
      expect(refused.value.error).toBe('RUNS_ARE_LIVE')
      expect(refused.value.hint).toContain('force: true')
      expect(refused.value.hint).not.toContain('--')
      await expect.poll(async () => (await agent.call('iris_status')).value.answers, { timeout: 60_000 }).toBe(true)
      const ended = await agent.call('iris_down', { force: true })
      expect(ended.value.ended, ended.text).toMatchObject({ state: 'running' })
      expect((await agent.call('iris_status')).value).toMatchObject({ container: null, assignments: [] })
    } finally {
      run.child.kill('SIGTERM')
      await run.ended
    }
  })
})

describe('the server', () => {
  it('describes every tool with a strict schema and annotations', async () => {
    await using agent = await Agent.start(project)
    const { tools } = await agent.client.listTools()
    expect(tools.map(({ name }) => name)).toMatchInlineSnapshot(`
      [
        "ports_request",
        "ports_release",
        "ports_list",
        "ports_explain",
        "ports_suggest",
        "ports_check",
        "iris_up",
        "iris_status",
        "iris_connection",
        "iris_logs",
        "iris_sql",
        "iris_load",
        "iris_restart",
        "iris_down",
      ]
    `)
    for (const { inputSchema, outputSchema, annotations, title, description } of tools) {
      expect(inputSchema.additionalProperties).toBe(false)
      expect(Object.keys(outputSchema?.properties ?? {})).toEqual(expect.arrayContaining(['error', 'suggestions']))
      expect(annotations).toMatchObject({ readOnlyHint: expect.any(Boolean), destructiveHint: expect.any(Boolean) })
      expect([title, description]).not.toContain(undefined)
    }
  })

  it('answers 10,000 hostile calls and serves on', async () => {
    await using agent = await Agent.start(project)
    const names = fc.constantFrom(
      'ports_request',
      'ports_explain',
      'iris_down',
      'iris_up',
      'no_such_tool',
      '',
      '__proto__',
    )
    const hostile = fc.record(
      { unknown: fc.anything({ withBigInt: false }), project: fc.jsonValue(), type: fc.string(), force: fc.string() },
      { requiredKeys: ['project'] },
    )
    const calls = fc.sample(fc.tuple(names, hostile), 9_990)
    const huge = Array.from({ length: 10 }, () => ['ports_explain', { project: 'x'.repeat(1_000_000) }] as const)
    let refused = 0
    for (const [name, given] of [...calls, ...huge]) {
      const answer = await agent.client
        .callTool({ name, arguments: { ...(given as object) } })
        .catch((error: Error) => ({ isError: true, error }))
      if (answer.isError) refused += 1
    }
    expect(refused).toBe(10_000)
    expect((await agent.call('ports_list')).value.assignments).toEqual([])
  })

  it('survives broken frames, and ends when its client does', async () => {
    const input = ['{', 'null', '[]', '{"jsonrpc":"1.0"}', '\u0000', '"'.repeat(100_000)].join('\n')
    const initialize = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } },
    }
    const { exitCode, stdout } = await project.run(['mcp'], { input: `${input}\n${JSON.stringify(initialize)}\n` })
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ id: 1, result: { serverInfo: {} } })
  })
})

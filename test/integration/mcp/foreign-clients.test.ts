import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newTestFolder } from '../../machine/test-folder.ts'
import { CommandLine, collect, PROGRAM } from '../cli/command-line.ts'
import { HttpServer } from './http-server.ts'
import { TokenRelay } from './token-relay.ts'

const CLIENTS = join(import.meta.dirname, '../../runners/mcp-clients/node_modules/.bin')
const PAGE = new URL('../../../docs/agents.md', import.meta.url)

let project: CommandLine
beforeEach(() => {
  project = new CommandLine({ IRIS_DEVTESTER_HOME: newTestFolder() })
})
afterEach(() => project[Symbol.dispose]())

it('the conformance suite passes, but for what asks for its own example server; the documentation has its output', async () => {
  await using server = await HttpServer.start(project)
  await using relay = await TokenRelay.start(server)
  const baseline = join(import.meta.dirname, 'conformance-baseline.yml')
  const suite = spawn(join(CLIENTS, 'conformance'), ['server', '--url', relay.url, '--expected-failures', baseline], {
    cwd: project.folder,
  })
  const { exitCode, stdout } = await collect(suite).ended
  expect(exitCode, stdout).toBe(0)
  const passed = stdout.split('\n').filter((line) => line.startsWith('✓ '))
  expect(readFileSync(PAGE, 'utf8')).toContain(`\`\`\`text\n${passed.join('\n')}\n\`\`\``)
})

describe("the inspector's command line", () => {
  it('finds no problem in the schemas of the tools', async () => {
    const { exitCode, stdout, stderr } = await inspect(['--method', 'tools/list', '--strict'])
    expect(exitCode, stderr).toBe(0)
    expect(JSON.parse(stdout).tools.length).toBeGreaterThan(10)
  })

  it('calls a tool, sees a refusal as an error, and reads a resource', async () => {
    const call = (port: number) =>
      inspect(['--method', 'tools/call', '--tool-name', 'ports_request', '--tool-arg', 'type=node', `port=${port}`])
    const given = await call(3895)
    expect(JSON.parse(given.stdout).structuredContent, given.stderr).toMatchObject({ assignment: { port: 3895 } })
    const refused = await call(2601)
    expect(refused.exitCode).not.toBe(0)
    expect(JSON.parse(refused.stdout)).toMatchObject({ isError: true, structuredContent: { error: 'SYSTEM_RESERVED' } })
    const { stdout } = await inspect(['--method', 'resources/read', '--uri', 'iris-devtester://registry'])
    expect(JSON.parse(JSON.parse(stdout).contents[0].text).assignments).toMatchObject([{ port: 3895 }])
  })
})

async function inspect(words: readonly string[]) {
  const roots = [{ uri: pathToFileURL(project.folder).href, name: 'project' }]
  const server = { type: 'stdio', command: process.execPath, args: [PROGRAM, 'mcp'], cwd: project.folder, roots }
  const env = { IRIS_DEVTESTER_HOME: project.env.IRIS_DEVTESTER_HOME }
  const config = project.write('inspector.json', JSON.stringify({ mcpServers: { own: { ...server, env } } }))
  const options = ['--cli', '--config', config, '--server', 'own', ...words]
  return collect(
    spawn(join(CLIENTS, 'mcp-inspector'), options, {
      cwd: project.folder,
      env: { ...process.env, HOME: project.folder },
    }),
  ).ended
}

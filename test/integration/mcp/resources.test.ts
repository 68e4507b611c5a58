import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'

const HIDDEN = '<a project outside the roots>'

let home: TestHome
let project: CommandLine
let other: CommandLine
let agent: Agent
let theirPort: number
let ownPort: number

beforeAll(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path, STANDIN_BOOT_MS: '50' })
  other = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
  agent = await Agent.start(project, [project.folder])
  theirPort = (await home.registry.assignPort(other.folder, { service: 'node' })).port
  ownPort = (await agent.call('ports_request', { type: 'node' })).value.assignment.port
})

afterAll(async () => {
  await agent[Symbol.asyncDispose]()
  project[Symbol.dispose]()
  other[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

describe('resources', () => {
  it('are the registry, the history, and the ports and the log of each root', async () => {
    const { resources } = await agent.client.listResources()
    const own = encodeURIComponent(project.folder)
    expect(resources.map(({ uri }) => uri).sort()).toEqual([
      'iris-devtester://history',
      `iris-devtester://projects/${own}/assignments`,
      `iris-devtester://projects/${own}/log`,
      'iris-devtester://registry',
    ])
    const { resourceTemplates } = await agent.client.listResourceTemplates()
    expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
      'iris-devtester://projects/{project}/assignments',
      'iris-devtester://projects/{project}/log',
    ])
  })

  it('give the registry, one project of it, and the history', async () => {
    const registry = await read('iris-devtester://registry')
    expect(registry.assignments.map(({ port }: { port: number }) => port)).toEqual([theirPort, ownPort].sort())
    const own = await read(uriOf(project.folder, 'assignments'))
    expect(own).toMatchObject({ projectPath: project.folder, assignments: [{ port: ownPort, service: 'node' }] })
    const { history } = await read('iris-devtester://history')
    expect(history.slice(0, 2)).toMatchObject([
      { action: 'assigned', port: ownPort, projectPath: project.folder },
      { action: 'assigned', port: theirPort, projectPath: HIDDEN },
    ])
  })

  it("give the end of the container's log, or say that there is none", async () => {
    await expect(read(uriOf(project.folder, 'log'))).rejects.toThrow('has no container')
    expect((await agent.call('iris_up')).isError).toBe(false)
    const { lines } = await read(uriOf(project.folder, 'log'))
    expect(lines.join('\n')).toContain('started InterSystems IRIS instance')
    expect((await agent.call('iris_down')).isError).toBe(false)
  })

  it.for(['%E0%A4%A', encodeURIComponent('/'), encodeURIComponent('/tmp/../etc')])(
    'of a project outside the roots are refused: %s',
    async (named) => {
      await expect(read(`iris-devtester://projects/${named}/assignments`)).rejects.toThrow(
        /outside the client's roots|must be/,
      )
    },
  )
})

describe("another project's ports, where the client offers roots", () => {
  it('are shown as taken, without its folder', async () => {
    const { value, text } = await agent.call('ports_list')
    expect(text).not.toContain(other.folder)
    expect(value.assignments).toContainEqual(expect.objectContaining({ port: theirPort, projectPath: HIDDEN }))
    expect(value.assignments).toContainEqual(expect.objectContaining({ port: ownPort, projectPath: project.folder }))
  })

  it('are explained and refused without it', async () => {
    for (const [tool, given] of [
      ['ports_explain', { port: theirPort }],
      ['ports_check', { port: theirPort }],
      ['ports_request', { type: 'node', port: theirPort }],
    ] as const) {
      const { value, text } = await agent.call(tool, given)
      expect([tool, text.includes(other.folder)]).toEqual([tool, false])
      if (tool !== 'ports_check') expect([tool, JSON.stringify(value).includes(HIDDEN)]).toEqual([tool, true])
    }
    const { value } = await agent.call('ports_explain', { port: theirPort })
    expect(value).toMatchObject({ isAvailable: false, claims: [{ kind: 'assignment', blocks: true }] })
    const refused = await agent.call('ports_request', { type: 'node', port: theirPort })
    expect(refused.value).toMatchObject({ error: 'PORT_IN_USE', details: { conflictingProject: HIDDEN } })
  })

  it('are shown with it to a client that has a root around them', async () => {
    await using wider = await Agent.start(project, [project.folder, other.folder])
    const { text } = await wider.call('ports_list', { project: project.folder })
    expect(text).toContain(other.folder)
  })
})

describe('the type of a project', () => {
  it.for([
    ['package.json', 'node', 3000, 3999],
    ['pyproject.toml', 'python', 5000, 5999],
    ['composer.json', 'php', 8080, 8980],
    ['index.html', 'static', 4000, 4999],
  ] as const)('with %s is %s', async ([file, type, first, last]) => {
    const folder = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
    folder.write(file, '{}')
    await using theirs = await Agent.start(folder, [folder.folder])
    const { value } = await theirs.call('ports_request')
    expect(value).toMatchObject({ assignment: { service: type }, detectedFrom: file })
    expect(value.assignment.port).toBeGreaterThanOrEqual(first)
    expect(value.assignment.port).toBeLessThanOrEqual(last)
    const seen = await folder.json<{ assignment: unknown }>(['ports', 'assign', '--service', 'detect'])
    expect(seen.value.assignment).toEqual(value.assignment)
    folder[Symbol.dispose]()
  })

  it('is asked for where the files do not say', async () => {
    const inside = join(project.folder, 'nothing')
    mkdirSync(inside)
    const { isError, value } = await agent.call('ports_request', { project: inside })
    expect({ isError, value }).toMatchObject({
      isError: true,
      value: { error: 'TYPE_UNKNOWN', hint: expect.any(String) },
    })
  })
})

it('the prompt sets up tests in the project, with commands and tools that exist', async () => {
  const { prompts } = await agent.client.listPrompts()
  expect(prompts.map(({ name }) => name)).toEqual(['set_up_iris_tests'])
  const { messages } = await agent.client.getPrompt({ name: 'set_up_iris_tests', arguments: { runner: 'vitest' } })
  const text = messages[0]?.content.type === 'text' ? messages[0].content.text : ''
  expect(text).toContain(project.folder)
  const { tools } = await agent.client.listTools()
  const named = text.match(/\b(?:iris|ports)_[a-z]+\b/g) ?? []
  expect(tools.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
  const [, words = ''] = /@iris-devtester\/cli (init [^`]*--json)`/.exec(text) ?? []
  project.write('package.json', '{"devDependencies":{"vitest":"^5"}}')
  const { exitCode, value } = await project.json<{ edits: unknown[] }>(words.split(' ').slice(0, -1))
  expect({ exitCode, edits: value.edits.length }).toEqual({ exitCode: 0, edits: 1 })
  await expect(
    agent.client.getPrompt({ name: 'set_up_iris_tests', arguments: { project: other.folder } }),
  ).rejects.toThrow('outside')
})

function uriOf(folder: string, part: string): string {
  return `iris-devtester://projects/${encodeURIComponent(folder)}/${part}`
}

async function read(uri: string) {
  const { contents } = await agent.client.readResource({ uri })
  const [content] = contents
  return JSON.parse(content && 'text' in content ? content.text : '')
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasPostgres } from '../../machine/postgres-server.ts'
import { CommandLine } from '../cli/command-line.ts'
import { FleetHome } from '../fleet/fleet-home.ts'
import { Agent } from './agent.ts'

const HIDDEN = '<a project outside the roots>'

describe.runIf(hasPostgres)('a registry that several machines share', () => {
  let fleet: FleetHome
  let project: CommandLine
  let agent: Agent
  beforeAll(async () => {
    fleet = await FleetHome.create()
    project = new CommandLine(fleet.env('builder-1'))
    agent = await Agent.start(project, [project.folder])
  })
  afterAll(async () => {
    await agent[Symbol.asyncDispose]()
    project[Symbol.dispose]()
    await fleet[Symbol.asyncDispose]()
  })

  const resource = async (uri: string) => {
    const { contents } = await agent.client.readResource({ uri })
    return JSON.parse((contents[0] as { readonly text: string }).text)
  }

  it("names the agent's own project as the registry does, and not those of other folders and machines", async () => {
    const other = fleet.open('builder-2')
    const theirs = await other.assignPort(project.folder, { service: 'node' })
    await other.close()
    const { value, text } = await agent.call('ports_request', { type: 'node' })
    const own = `/@builder-1${project.folder}`
    expect(value.assignment, text).toMatchObject({ projectPath: own, service: 'node' })
    expect(value.assignment.port).not.toBe(theirs.port)

    const listed = (await agent.call('ports_list')).value.assignments
    expect(listed.map(({ projectPath, port }: { projectPath: string; port: number }) => [projectPath, port])).toEqual(
      expect.arrayContaining([
        [own, value.assignment.port],
        [HIDDEN, theirs.port],
      ]),
    )
    const explained = await agent.call('ports_explain', { port: value.assignment.port })
    expect(explained.text).toContain(`ports release ${own}`)
    expect(await resource(`iris-devtester://projects/${encodeURIComponent(project.folder)}/assignments`)).toMatchObject(
      {
        projectPath: project.folder,
        assignments: [{ projectPath: own, port: value.assignment.port }],
      },
    )
    const all = JSON.stringify([
      listed,
      await resource('iris-devtester://registry'),
      await resource('iris-devtester://history'),
    ])
    expect(all).not.toMatch(/builder-2|secret/)
  })

  it('starts IRIS, and says no password of the registry, however it answers', async () => {
    const up = await agent.call('iris_up')
    expect(up.isError, up.text).toBe(false)
    const answers = [
      up,
      await agent.call('iris_status'),
      await agent.call('iris_connection'),
      await agent.call('iris_down'),
    ]
    await fleet.server.stop()
    const away = await agent.call('ports_check', { port: 23_000 })
    await fleet.server.restart()
    expect(answers.map(({ text }) => text).join('') + away.text).not.toContain('secret')
  })
})

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'

const PAGE = new URL('../../../docs/agents.md', import.meta.url)

const CALLS = [
  ['ports_request', { type: 'node', port: 3100 }],
  ['ports_request', { type: 'node', port: 2601 }],
  ['ports_request', { type: 'python', port: 5100, minutes: 30 }],
  ['iris_sql', { query: 'DELETE FROM shop.orders' }],
  ['iris_connection', {}],
  ['ports_release', { type: 'node' }],
] as const

it('the transcript in the documentation is what the server answers', async () => {
  await using home = await TestHome.create()
  using project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
  await using agent = await Agent.start(project)
  const lines: string[] = []
  for (const [name, given] of CALLS) {
    const { isError, value } = await agent.call(name, given)
    // Which ports are free depends on the machine.
    const suggested: readonly number[] = value.suggestions ?? []
    const asDocumented = suggested.reduce(
      (text, port, at) => text.replaceAll(String(port), `<free ${at}>`),
      JSON.stringify(value, null, 2),
    )
    lines.push(
      `→ ${name} ${JSON.stringify(given)}`,
      `← ${isError ? 'isError ' : ''}${asDocumented.replaceAll(/<free (\d+)>/g, (_, at) => String(3000 + Number(at)))}`,
    )
  }
  const transcript = lines
    .join('\n')
    .replaceAll(project.folder, '/home/ada/shop')
    .replaceAll(/("expiresAt": )"[^"]+"/g, '$1"2026-01-01T09:30:00.000Z"')
    .replaceAll(/("assignedAt": )"[^"]+"/g, '$1"2026-01-01T09:00:00.000Z"')
  expect(readFileSync(PAGE, 'utf8')).toContain(`\`\`\`text\n${transcript}\n\`\`\``)
})

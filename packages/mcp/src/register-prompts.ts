import { z } from 'zod'
import { chooseProject } from './choose-project.ts'
import type { ServerParts } from './server-parts.ts'

/** Offers what people start a conversation with. */
export function registerPrompts(parts: ServerParts): void {
  parts.server.registerPrompt(
    'set_up_iris_tests',
    {
      title: 'Set up tests against IRIS in this project',
      description: 'Adds @iris-devtester to the test runner of the project and writes a first test.',
      argsSchema: {
        runner: z.enum(['vitest', 'jest', 'playwright']).optional().describe('Default: the one that the project uses'),
        project: z.string().max(4096).optional().describe("The project's folder. Default: the client's only root"),
      },
    },
    async ({ runner, project }, extra) => {
      const { roots } = await parts.viewOf(extra)
      const folder = chooseProject(project, roots)
      const text = instructions(folder, runner, await parts.options.command())
      return { messages: [{ role: 'user', content: { type: 'text', text } }] }
    },
  )
}

function instructions(folder: string, runner: string | undefined, command: string): string {
  const option = runner === undefined ? '' : ` --runner ${runner}`
  return `Set up tests against InterSystems IRIS in the project ${folder}.

1. See what is there: call iris_status, and read package.json and the test runner's configuration.
2. Show the change to the configuration, without writing it: run \`${command} init${option} --json\` in the project's folder. Explain it to the user. After the user has agreed, install the package that it names as a development dependency and run \`${command} init${option} --yes\`.
3. Start IRIS: call iris_up. It may take minutes.
4. If the project has classes or SQL files, load them with iris_load, and name them in the \`load\` option of the configuration so that each run loads them.
5. Write one small test that connects with \`connectIris()\` from @iris-devtester/core/connection and runs a statement against a table of the project. Write no host, port or password into it: they come from the IRIS_* variables.
6. Run the tests. If they fail, read iris_logs before you change anything.
7. If the application under test needs a port, get it with ports_request, and never choose one yourself.`
}

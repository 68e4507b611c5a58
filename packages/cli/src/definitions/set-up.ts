import { defineCommand } from '../program/command-definition.ts'
import { choice, flag, number, requiredChoice } from '../program/option-spec.ts'

export const init = defineCommand({
  name: 'init',
  summary: "Add @iris-devtester to the project's Vitest, Jest or Playwright configuration",
  description:
    'Shows the change first and writes it only after confirmation. With --mcp it adds the server for coding agents instead: to .mcp.json, and to mcp.json in .vscode and .cursor where the project has these folders.',
  options: {
    runner: choice('name', ['vitest', 'jest', 'playwright'], 'only this runner (default: all runners found)'),
    mcp: flag("add the server to the coding agents' configuration instead (with --runner: too)"),
    yes: flag('write without asking', 'y'),
  },
  examples: [
    ['init', 'shows the change and asks'],
    ['init --json', 'only shows the change'],
    ['init --mcp', "shows the change to the coding agents' configuration and asks"],
  ],
  json: '{ edits: { runner: string, path: string, status: "proposed" | "written" | "present" | "manual", diff: string, package: string, advice: string | null }[] }',
  load: async () => (await import('../commands/init.ts')).init,
})

export const completion = defineCommand({
  name: 'completion',
  summary: 'Print the completion script for a shell',
  arguments: { shell: requiredChoice('shell', ['bash', 'zsh', 'fish'], 'the shell') },
  examples: [
    ['completion bash', 'in ~/.bashrc: eval "$(iris-devtester completion bash)"'],
    ['completion zsh', 'in ~/.zshrc, after compinit: eval "$(iris-devtester completion zsh)"'],
    ['completion fish', 'iris-devtester completion fish > ~/.config/fish/completions/iris-devtester.fish'],
  ],
  json: '{ shell: string, script: string }',
  load: async () => (await import('../commands/completion.ts')).completion,
})

export const mcp = defineCommand({
  name: 'mcp',
  summary: 'Serve the registry and the containers to a coding agent, over MCP on standard input and output',
  description:
    'Uses only projects inside the roots that the client offers, or inside the project when it offers none. With --http it serves several agents at once until Ctrl-C, on 127.0.0.1 at port 2601, or the next free port up to 2699. Clients need the token that it prints, or the one in IRIS_DEVTESTER_MCP_TOKEN.',
  options: { http: flag('serve over Streamable HTTP instead, several agents at once') },
  examples: [
    ['mcp', "the command that a client's configuration names"],
    ['mcp --http', 'prints the address and the token, and serves until Ctrl-C'],
  ],
  load: async () => (await import('../commands/mcp.ts')).mcp,
})

export const dashboard = defineCommand({
  name: 'dashboard',
  summary: 'Serve a local page with the ports, containers and runs of all projects, and open it in the browser',
  description:
    'Serves on 127.0.0.1 at port 2602, or the next free port up to 2699, until Ctrl-C, or until nobody has looked for a while. The address that it prints has a token in it, without which nothing is shown.',
  options: {
    noOpen: flag("only print the address; don't open the browser"),
    port: number('number', 'the port, of the system range; no other is used', { least: 1, most: 65_535 }),
    idle: number('minutes', 'end when nobody has looked for so long (default: 15)', { least: 1, most: 35_000 }),
  },
  examples: [
    ['dashboard', 'opens the page'],
    ['dashboard --no-open', 'prints the address, for another browser'],
  ],
  load: async () => (await import('../commands/dashboard.ts')).dashboard,
})

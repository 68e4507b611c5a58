import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compare, report } from './measure.ts'

const PROGRAM = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url))
const FLOOR = fileURLToPath(new URL('mcp-floor.mjs', import.meta.url))
const RUNS = 10

const INITIALIZE = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
}
const INITIALIZED = { jsonrpc: '2.0', method: 'notifications/initialized' }
const LIST = { jsonrpc: '2.0', id: 2, method: 'tools/list' }

/** How long a client waits for a new server over standard input and output. */
export async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'iris-mcp-bench-'))
  try {
    for (const [name, answers] of [
      ['mcp: first answer / an SDK server with one empty tool', 1],
      ['mcp: first list of tools / an SDK server with one empty tool', 2],
    ] as const) {
      const { floor, work } = await compare(
        RUNS,
        () => waitFor(answers, [FLOOR], home),
        () => waitFor(answers, [PROGRAM, 'mcp'], home),
      )
      report(name, floor, work, answers === 1 ? '≤ 1.5 ×' : '')
    }
  } finally {
    rmSync(home, { recursive: true })
  }
}

/** Starts a server, asks, waits for so many answers, and ends it. */
async function waitFor(answers: number, words: readonly string[], home: string): Promise<void> {
  const server = spawn(process.execPath, words, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, IRIS_DEVTESTER_HOME: home },
  })
  for (const message of [INITIALIZE, INITIALIZED, LIST]) server.stdin.write(`${JSON.stringify(message)}\n`)
  let lines = 0
  for await (const chunk of server.stdout) {
    lines += String(chunk).split('\n').length - 1
    if (lines >= answers) break
  }
  server.kill('SIGKILL')
  if (server.exitCode === null && server.signalCode === null) await once(server, 'exit')
}

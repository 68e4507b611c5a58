import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { SetupEdit } from './runner-setup.ts'

const ENTRY = { command: 'npx', args: ['--yes', '@iris-devtester/cli', 'mcp'] }

/** Where clients look, and the key that the servers are under. A client's folder is not created. */
const FILES = [
  ['.mcp.json', 'mcpServers'],
  ['.vscode/mcp.json', 'servers'],
  ['.cursor/mcp.json', 'mcpServers'],
] as const

/** What would have to be written for coding agents: a project's own file, and those of the clients that it has a folder of. */
export function proposeMcpEdits(folder: string): SetupEdit[] {
  return FILES.map(([name, key]) => [join(folder, name), key] as const)
    .filter(([path]) => existsSync(dirname(path)))
    .map(([path, key]) => proposeMcpEdit(path, key))
}

function proposeMcpEdit(path: string, key: string): SetupEdit {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  try {
    return { runner: 'mcp', path, before, after: withEntry(before, key) }
  } catch {
    // With comments in it, for example, which would be lost.
    const advice = `add to "${key}": "iris-devtester": ${JSON.stringify(ENTRY)}`
    return { runner: 'mcp', path, before, after: before, advice }
  }
}

/** An entry of this name stays, whatever it is. */
function withEntry(source: string, key: string): string {
  const whole: unknown = source.trim() === '' ? {} : JSON.parse(source)
  if (!isObject(whole)) throw new Error('Not an object.')
  const servers = whole[key] ?? {}
  if (!isObject(servers)) throw new Error('Not an object.')
  if (Object.hasOwn(servers, 'iris-devtester')) return source
  const indent = /^\{\s*?\n([ \t]+)/.exec(source)?.[1] ?? '  '
  return `${JSON.stringify({ ...whole, [key]: { ...servers, 'iris-devtester': ENTRY } }, undefined, indent)}\n`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, node as workspaceNode } from '../setup/workspace.mjs'

/** What one runner's tests did on one Node version. */
export interface Cell {
  readonly runner: string
  readonly node: string
  readonly passed: boolean
  readonly seconds: number
}

/** A line per runner, a column per Node version. */
export function table(cells: readonly Cell[]): string {
  const nodes = [...new Set(cells.map(({ node }) => node))]
  const runners = [...new Set(cells.map(({ runner }) => runner))]
  const line = (first: string, others: readonly string[]) =>
    [first.padEnd(26), ...others.map((other) => other.padEnd(20))].join('').trimEnd()
  const rows = runners.map((runner) => {
    const row = nodes.map((node) => cells.find((cell) => cell.runner === runner && cell.node === node))
    return line(
      runner,
      row.map((cell) => (cell ? `${cell.passed ? '✓ passed' : '✗ failed'}  ${cell.seconds.toFixed(0)} s` : '–')),
    )
  })
  const heading = line(
    '',
    nodes.map((node) => `Node ${node}`),
  )
  return [heading, ...rows].join('\n')
}

/** The package behind a name in this workspace, with its version. */
export function installedVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'))
  return `${manifest.name} ${manifest.version}`
}

/** The workspace's Node of a major version. */
export function nodeVersion(major: string): { program: string; version: string } {
  const program = major === '24' ? workspaceNode : workspaceNode.replace(/node(?=[\\/]bin)/, `node-${major}`)
  return { program, version: execFileSync(program, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim() }
}

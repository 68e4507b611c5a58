import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { requireCommand } from './run-child.ts'

test('a command is found in PATH or by its path; a folder of that name is none', () => {
  const root = mkdtempSync(join(tmpdir(), 'iris-command-'))
  const closed = join(root, 'closed')
  mkdirSync(join(root, 'node'))
  mkdirSync(closed)
  // As root nothing is closed: then a file among the folders of PATH stands in its place.
  chmodSync(closed, 0)
  const PATH = [root, closed, process.execPath, dirname(process.execPath)].join(delimiter)
  try {
    expect(() => requireCommand('node', { PATH }, 'linux')).not.toThrow()
    expect(() => requireCommand(process.execPath, {}, 'linux')).not.toThrow()
    expect(() => requireCommand('node', { PATH: [root, closed].join(delimiter) }, 'linux')).toThrow(
      'The command node could not be started: it does not exist.',
    )
    expect(() => requireCommand(join(root, 'node'), { PATH }, 'linux')).toThrow(/it does not exist/)
    expect(() => requireCommand('no-such-command', { PATH }, 'win32')).not.toThrow()
  } finally {
    rmSync(root, { recursive: true })
  }
})

import { expect, test } from 'vitest'
import { emitWarningOnce } from './registry-warning.ts'

test('each warning is emitted once, as a warning of the process', async () => {
  const warnings: string[] = []
  const listen = ({ name, message, ...rest }: Error) =>
    void warnings.push(`${name} ${(rest as { code?: string }).code}: ${message}`)
  process.on('warning', listen)
  const warn = (message: string) => emitWarningOnce({ code: 'VIEW_IGNORED', message, details: {} })
  for (const message of ['one', 'one', 'two', 'one']) warn(message)
  await new Promise(setImmediate)
  process.off('warning', listen)
  expect(warnings).toEqual(['IrisDevtesterWarning VIEW_IGNORED: one', 'IrisDevtesterWarning VIEW_IGNORED: two'])
})

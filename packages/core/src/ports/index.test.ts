import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('importing the entry loads no HTTP client and no lock, and hooks no signal', { timeout: 60_000 }, () => {
  const entry = new URL('index.ts', import.meta.url).href
  const script = `await import(${JSON.stringify(entry)})
    const { createRequire } = await import('node:module')
    const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'].map((name) => process.listenerCount(name))
    const http = process.moduleLoadList.includes('NativeModule http')
    console.log(JSON.stringify({ listeners, http, cached: Object.keys(createRequire('/').cache) }))`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(JSON.parse(output)).toEqual({ listeners: [0, 0, 0, 0], http: false, cached: [] })
})

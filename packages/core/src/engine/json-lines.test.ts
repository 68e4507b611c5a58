import { expect, test } from 'vitest'
import { readJsonLines } from './json-lines.ts'

async function* chunks(...parts: readonly (string | Buffer)[]): AsyncGenerator<Buffer> {
  for (const part of parts) yield Buffer.from(part)
}

async function read(...parts: readonly (string | Buffer)[]): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const value of readJsonLines(chunks(...parts))) all.push(value)
  return all
}

test('values are put together again wherever the stream was cut, and the last one needs no end of line', async () => {
  expect(await read('{"a":', '1}\n{"b"', ':2}\r\n\n', '3')).toEqual([{ a: 1 }, { b: 2 }, 3])
  const text = Buffer.from('{"name":"ä"}\n')
  expect(await read(text.subarray(0, 10), text.subarray(10))).toEqual([{ name: 'ä' }])
  expect(await read()).toEqual([])
})

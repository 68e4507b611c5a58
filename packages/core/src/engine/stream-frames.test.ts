import { expect, test } from 'vitest'
import { type Frame, readFrames } from './stream-frames.ts'

function frame(stream: 1 | 2, text: string): Buffer {
  const content = Buffer.from(text)
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(content.length, 4)
  return Buffer.concat([header, content])
}

async function read(chunks: readonly Buffer[]): Promise<{ stdout: string; stderr: string }> {
  const output = { stdout: '', stderr: '' }
  async function* source() {
    yield* chunks
  }
  for await (const { stream, text } of readFrames(source()) as AsyncIterable<Frame>) output[stream] += text
  return output
}

const WHOLE = Buffer.concat([frame(1, 'out ü\n'), frame(2, 'err\n'), frame(1, ''), frame(1, 'more')])
const EXPECTED = { stdout: 'out ü\nmore', stderr: 'err\n' }

test('tells standard output from standard error', async () => {
  expect(await read([WHOLE])).toEqual(EXPECTED)
})

test.each([1, 2, 3, 5, 7, 8, 9])('puts chunks of %i bytes together, in the middle of a letter too', async (size) => {
  const chunks = []
  for (let at = 0; at < WHOLE.length; at += size) chunks.push(WHOLE.subarray(at, at + size))
  expect(await read(chunks)).toEqual(EXPECTED)
})

test('keeps a letter whole that two frames share', async () => {
  const [one, other] = [Buffer.from('ü').subarray(0, 1), Buffer.from('ü').subarray(1)]
  const header = (length: number) => Buffer.from([1, 0, 0, 0, 0, 0, 0, length])
  expect((await read([header(1), one, header(1), other])).stdout).toBe('ü')
})

test("takes a terminal's output as it is", async () => {
  expect(await read([Buffer.from('plain '), Buffer.from('text')])).toEqual({ stdout: 'plain text', stderr: '' })
})

test.each(['', 'a', 'ok\n'])('takes so little as %j', async (text) => {
  expect(await read([Buffer.from(text)])).toEqual({ stdout: text, stderr: '' })
})

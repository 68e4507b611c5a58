import { StringDecoder } from 'node:string_decoder'

/** A piece of a container's output. */
export interface Frame {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/**
 * Takes apart the engine's multiplexed stream: an 8-byte header (stream type, three zeros, big-endian length), then that
 * many bytes. What doesn't begin so is the plain output of a container with a terminal.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  let pending: Buffer = Buffer.alloc(0)
  let plain: boolean | undefined
  for await (const chunk of source) {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    if (plain === undefined && pending.length >= 4) plain = !isHeader(pending)
    if (plain) {
      yield { stream: 'stdout', text: decoders.stdout.write(pending) }
      pending = Buffer.alloc(0)
      continue
    }
    while (pending.length >= 8) {
      const end = 8 + pending.readUInt32BE(4)
      if (pending.length < end) break
      const stream = pending[0] === 2 ? 'stderr' : 'stdout'
      yield { stream, text: decoders[stream].write(pending.subarray(8, end)) }
      pending = pending.subarray(end)
    }
  }
  // Too little to be a header is the plain output of a program that hardly said anything.
  if (plain === undefined && pending.length > 0) yield { stream: 'stdout', text: pending.toString('utf8') }
}

function isHeader(bytes: Buffer): boolean {
  return (bytes[0] ?? 9) <= 2 && bytes[1] === 0 && bytes[2] === 0 && bytes[3] === 0
}

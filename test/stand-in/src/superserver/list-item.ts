/** A value in a `$LIST`. */
export type ListValue = string | number | null

const STRING = 1
const UNICODE = 2
const INTEGER = 4
const NEGATIVE_INTEGER = 5

/** Encodes one `$LIST` item: length byte, type byte, content. */
export function encodeItem(value: ListValue): Buffer {
  if (value === null) return Buffer.from([1])
  const content = typeof value === 'number' ? integerBytes(value) : Buffer.from(value, 'latin1')
  const type = typeof value === 'number' ? INTEGER : STRING
  if (content.length + 2 < 256) return Buffer.concat([Buffer.from([content.length + 2, type]), content])
  const head = Buffer.alloc(4)
  head.writeUInt16LE(content.length + 1, 1)
  head[3] = type
  return Buffer.concat([head, content])
}

/**
 * Reads the `$LIST` items one after the other. String content stays bytes, since some of it is obfuscated.
 *
 * @throws RangeError when an item runs past the end.
 */
export function decodeItems(payload: Buffer): (Buffer | number | null)[] {
  const items: (Buffer | number | null)[] = []
  for (let at = 0; at < payload.length; ) {
    const first = payload.readUInt8(at)
    if (first === 1) {
      items.push(null)
      at += 1
      continue
    }
    const typeAt = first === 0 ? at + 3 : at + 1
    const end = first === 0 ? typeAt + payload.readUInt16LE(at + 1) : at + first
    if (end > payload.length || end <= typeAt) throw new RangeError('A $LIST item runs past the end.')
    const content = payload.subarray(typeAt + 1, end)
    items.push(decodeContent(payload.readUInt8(typeAt), content))
    at = end
  }
  return items
}

function decodeContent(type: number, content: Buffer): Buffer | number {
  if (type === INTEGER) return content.length === 0 ? 0 : content.readUIntLE(0, Math.min(content.length, 6))
  if (type === NEGATIVE_INTEGER) return content.length === 0 ? -1 : content.readIntLE(0, Math.min(content.length, 6))
  if (type === UNICODE) return Buffer.from(content.toString('utf16le'), 'latin1')
  return content
}

/** The fewest little-endian bytes that hold the number; zero takes none. */
function integerBytes(value: number): Buffer {
  const bytes: number[] = []
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256)
  return Buffer.from(bytes)
}

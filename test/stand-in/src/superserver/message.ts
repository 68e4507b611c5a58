/** A message of the superserver's protocol: a 14-byte little-endian header and a payload. */
export interface Message {
  readonly sequence: number
  readonly statement: number
  /** Two characters in a request (`HS`, `CN`, `DC`); in a reply the status stands here. */
  readonly code: string
  readonly payload: Buffer
}

const HEADER_BYTES = 14
/** No request of a driver that only connects comes near this, and no text taken for a header stays below it. */
const PAYLOAD_LIMIT = 4 * 1024 * 1024

/** Takes the first whole message off `bytes`: `undefined` when it isn't whole yet, `'garbage'` when it can't be one. */
export function takeMessage(bytes: Buffer): { message: Message; rest: Buffer } | 'garbage' | undefined {
  if (bytes.length < HEADER_BYTES) return undefined
  const length = bytes.readUInt32LE(0)
  const code = bytes.toString('latin1', 12, HEADER_BYTES)
  if (length > PAYLOAD_LIMIT || !/^[A-Z\d]{2}$/.test(code)) return 'garbage'
  const end = HEADER_BYTES + length
  if (bytes.length < end) return undefined
  const message: Message = {
    sequence: bytes.readUInt32LE(4),
    statement: bytes.readUInt32LE(8),
    code,
    payload: bytes.subarray(HEADER_BYTES, end),
  }
  return { message, rest: bytes.subarray(end) }
}

/** A reply to `request` with the sequence it had. */
export function encodeReply(request: Message, status: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeUInt32LE(payload.length, 0)
  header.writeUInt32LE(request.sequence, 4)
  header.writeUInt32LE(request.statement, 8)
  header.writeUInt16LE(status, 12)
  return Buffer.concat([header, payload])
}

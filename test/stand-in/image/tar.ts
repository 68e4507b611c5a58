/** A file, folder or link on its way into an image. */
export interface TarEntry {
  /** Without a leading slash. */
  readonly path: string
  readonly mode: number
  /** Numeric owner and group. */
  readonly owner: number
  readonly content?: Buffer
  readonly folder?: boolean
}

const BLOCK = 512

/**
 * Packs entries in POSIX's ustar form.
 *
 * @throws RangeError for a path of more than 100 bytes.
 */
export function packTar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = entry.content ?? Buffer.alloc(0)
    return [header(entry, content.length), content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]
  })
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)])
}

function header({ path, mode, owner, folder }: TarEntry, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new RangeError(`The path ${path} is too long for a tar header.`)
  const bytes = Buffer.alloc(BLOCK)
  const octal = (value: number, at: number, length: number): number =>
    bytes.write(value.toString(8).padStart(length - 1, '0'), at)
  bytes.write(path, 0)
  octal(mode, 100, 8)
  octal(owner, 108, 8)
  octal(owner, 116, 8)
  octal(size, 124, 12)
  octal(0, 136, 12)
  bytes.write(' '.repeat(8), 148)
  bytes.write(folder ? '5' : '0', 156)
  bytes.write('ustar\u000000', 257, 'latin1')
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\u0000 `, 148)
  return bytes
}

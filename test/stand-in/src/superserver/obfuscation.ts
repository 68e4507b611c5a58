/** Undoes what drivers do to the name and the password in `CN`: reversed, rotated, shifted by place, and masked. */
export function deobfuscate(bytes: Buffer): string {
  const plain = Buffer.alloc(bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const place = bytes.length - 1 - i
    const byte = bytes.readUInt8(place)
    const turned = ((byte << 3) | (byte >> 5)) & 0xff
    plain[i] = ((turned - place) & 0xff) ^ 0xa7
  }
  return plain.toString('utf8')
}

/** What a driver does: {@link deobfuscate} backwards. */
export function obfuscate(text: string): Buffer {
  const plain = Buffer.from(text, 'utf8')
  const bytes = Buffer.alloc(plain.length)
  for (let i = 0; i < plain.length; i++) {
    const place = plain.length - 1 - i
    const turned = ((plain.readUInt8(i) ^ 0xa7) + place) & 0xff
    bytes[place] = ((turned >> 3) | (turned << 5)) & 0xff
  }
  return bytes
}

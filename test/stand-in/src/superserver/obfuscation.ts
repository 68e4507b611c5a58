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

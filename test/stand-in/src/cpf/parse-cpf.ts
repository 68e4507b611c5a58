/** One line of a configuration parameter file. */
export type CpfLine =
  | { readonly kind: 'parameter'; readonly section: string; readonly name: string; readonly value: string }
  | { readonly kind: 'action'; readonly name: string; readonly properties: Readonly<Record<string, string>> }

/** Reads a configuration parameter file. `[Actions]` counts in exactly this spelling; what makes no sense is skipped, as IRIS does. */
export function parseCpf(text: string): CpfLine[] {
  const lines: CpfLine[] = []
  let section = ''
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim()
    if (line === '' || line.startsWith(';') || line.startsWith('#')) continue
    const [, heading] = /^\[(.+)\]$/.exec(line) ?? []
    if (heading !== undefined) {
      section = heading
      continue
    }
    if (section === 'Actions') {
      const [, name, rest] = /^(\w+):(.*)$/.exec(line) ?? []
      if (name) lines.push({ kind: 'action', name, properties: parseProperties(rest ?? '') })
      continue
    }
    const [, name, value] = /^([^=]+)=(.*)$/.exec(line) ?? []
    if (name) lines.push({ kind: 'parameter', section, name: name.trim(), value: (value ?? '').trim() })
  }
  return lines
}

/** `Name=x,PasswordHash="a,b"`: a value in quotes may hold commas, and a doubled quote. */
function parseProperties(text: string): Record<string, string> {
  const properties: Record<string, string> = {}
  for (const [, name, quoted, bare] of text.matchAll(/\s*([\w%]+)=(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/g)) {
    if (name) properties[name] = quoted?.replaceAll('""', '"') ?? bare?.trim() ?? ''
  }
  return properties
}

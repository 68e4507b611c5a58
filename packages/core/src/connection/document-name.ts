import { basename, extname } from 'node:path'

/** `Demo.Patient.cls` for source that declares `Class Demo.Patient`; else the file's own name. */
export function documentName(path: string, text: string): string {
  const declared = /^\s*Class\s+([%\w.]+)/m.exec(text)?.[1]
  const kind = extname(path).toLowerCase()
  return kind === '.cls' && declared ? `${declared}.cls` : basename(path, extname(path)) + kind
}

/** A name of SQL in a pattern, plain or in quotes. */
export const SQL_NAME = '(?:[%A-Za-z_][\\w@#$]*|"[^"]*")'

/** A name without the quotes that a statement has it in. */
export function plainName(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name
}

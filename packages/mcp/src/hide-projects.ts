import { folderHolds } from './choose-project.ts'

/** What stands for the folder of a project that the client has no root for. */
export const HIDDEN = '<a project outside the roots>'

/**
 * A copy of plain data in which the folders of projects outside the roots are not named, wherever they stand in a text.
 *
 * @param projects the folders that may be named in it
 * @param roots what the client may see
 */
export function hideProjects<T>(value: T, projects: readonly string[], roots: readonly string[]): T {
  const outside = projects.filter((project) => !roots.some((root) => folderHolds(root, project)))
  if (outside.length === 0) return value
  // The longest first, so that a project in another one's folder is taken for what it is.
  const names = outside.toSorted((one, other) => other.length - one.length).map(escaped)
  const pattern = new RegExp(`(?<![\\w.~-])(?:${names.join('|')})(?![\\w.-])(?:/[^\\s'"\`,;:]*)?`, 'g')
  const inText = (text: string) =>
    text.replace(pattern, (found) => (roots.some((root) => folderHolds(root, found)) ? found : HIDDEN))
  return JSON.parse(JSON.stringify(value), (_, one) => (typeof one === 'string' ? inText(one) : one))
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

import { type Dirent, readdir } from 'node:fs'

type Listed = (error: NodeJS.ErrnoException | null, entries: Dirent[]) => void

/**
 * Lists folders for a search, which passes over one that it may not read, as if nothing in it were wanted.
 *
 * @param refuse told of such a folder.
 */
export function foldersThat(refuse: (error: Error) => void): { readonly readdir: typeof readdir } {
  const list = (path: string, options: { readonly withFileTypes: true }, listed: Listed) =>
    readdir(path, options, (error, entries) => {
      if (error?.code === 'EACCES' || error?.code === 'EPERM') refuse(error)
      listed(error, entries)
    })
  return { readdir: list as unknown as typeof readdir }
}

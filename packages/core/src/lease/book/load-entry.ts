import type { IrisConnection } from '../../connection/iris-connection.ts'

/** Fills a namespace by program; what it awaits is done before the next entry of `load`. */
export type LoadFunction = (connection: IrisConnection) => unknown

/** What the option `load` lists: paths, globs and functions. */
export type LoadEntry = string | LoadFunction

import { join } from 'node:path'

/** What the `iris` command asks of the running instance. */
export type ControlRequest =
  | {
      readonly kind: 'session'
      readonly namespace: string
      readonly environment: Readonly<Record<string, string>>
      readonly call?: string
      readonly script: string
    }
  | { readonly kind: 'merge'; readonly path: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'qlist' }

/** What the command then prints and ends with. */
export interface ControlAnswer {
  readonly output: string
  readonly exitCode: number
}

export function controlSocketPath(home: string): string {
  return join(home, 'mgr', 'stand-in.sock')
}

import { join } from 'node:path'

/** What the `iris` command asks of the running instance, as a line of JSON; behind a session come its lines as they are typed. */
export type ControlRequest =
  | {
      readonly kind: 'session'
      readonly namespace: string
      readonly environment: Readonly<Record<string, string>>
      readonly call?: string
    }
  | { readonly kind: 'merge'; readonly path: string }
  | { readonly kind: 'list' }
  | { readonly kind: 'qlist' }

/** How the command ends, as a line of JSON; behind it comes what it prints. */
export interface ControlAnswer {
  readonly exitCode: number
}

export function controlSocketPath(home: string): string {
  return join(home, 'mgr', 'stand-in.sock')
}

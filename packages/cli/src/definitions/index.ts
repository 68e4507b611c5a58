import type { CommandDefinition, GroupDefinition } from '../program/command-definition.ts'
import { down, list, logs, prune, restart, session, status, up } from './container.ts'
import { env, run, sql } from './environment.ts'
import { ports } from './ports.ts'
import { completion, init, mcp } from './set-up.ts'

/** All commands, in the order of the help. */
export const COMMANDS: readonly (CommandDefinition | GroupDefinition)[] = [
  up,
  down,
  status,
  logs,
  restart,
  session,
  sql,
  env,
  run,
  list,
  prune,
  ports,
  init,
  mcp,
  completion,
]

import type { CommandDefinition, GroupDefinition } from '../program/command-definition.ts'
import { down, list, logs, prune, restart, session, status, up } from './container.ts'
import { env, reset, run, sql } from './environment.ts'
import { ports } from './ports.ts'
import { completion, dashboard, init, mcp } from './set-up.ts'

/** All commands, in the order of the help. */
export const COMMANDS: readonly (CommandDefinition | GroupDefinition)[] = [
  up,
  down,
  status,
  logs,
  restart,
  session,
  sql,
  reset,
  env,
  run,
  list,
  prune,
  ports,
  dashboard,
  init,
  mcp,
  completion,
]

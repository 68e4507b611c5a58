import { z } from 'zod'
import { OUTPUTS } from './output-schemas.ts'

const project = z.string().max(4096).optional().describe("The project's folder. Default: the client's only root")
const type = z.enum(['node', 'static', 'python', 'php', 'iris']).describe('What the port is for; decides the range')
const number = z.int().min(1).max(65_535)
const force = z
  .boolean()
  .default(false)
  .meta({ title: 'Under live runs', description: 'Destructive: also when a live run uses it. That run fails.' })
const namespace = z
  .string()
  .regex(/^[%\w-]{1,255}$/)
  .optional()
  .describe("Default: the container's own")

interface Tool {
  readonly title: string
  readonly description: string
  readonly input: z.ZodObject
  readonly output: z.ZodRawShape
  readonly readOnly: boolean
  readonly destructive: boolean
  readonly idempotent: boolean
}

const READS = { readOnly: true, destructive: false, idempotent: true }
const ADDS = { readOnly: false, destructive: false, idempotent: true }
const ENDS = { readOnly: false, destructive: true, idempotent: true }

/** The tools, as clients see them. Unknown arguments are refused. */
export const TOOLS = {
  ports_request: {
    title: 'Request a port',
    description:
      'Reserve a port for this project before you start a server on it. The project keeps its port until it is released. No two projects get the same port. On refusal, use a port of `suggestions`.',
    input: z.strictObject({
      project,
      type,
      port: z
        .union([z.literal('auto'), number])
        .default('auto')
        .describe('A port number, or auto for a free one'),
    }),
    output: OUTPUTS.ports_request,
    ...ADDS,
  },
  ports_release: {
    title: 'Release a port',
    description: "Give back this project's ports, or the port of one type. Refused while a live run uses them.",
    input: z.strictObject({ project, type: type.optional(), force }),
    output: OUTPUTS.ports_release,
    ...ENDS,
  },
  ports_list: {
    title: 'List ports',
    description: 'All assigned ports of this machine and the live test runs.',
    input: z.strictObject({ project }),
    output: OUTPUTS.ports_list,
    ...READS,
  },
  ports_explain: {
    title: 'Explain a port',
    description: 'Who holds a port, since when, whether it is available, and what would free it.',
    input: z.strictObject({ project, port: number }),
    output: OUTPUTS.ports_explain,
    ...READS,
  },
  ports_suggest: {
    title: 'Suggest ports',
    description:
      'Up to three free ports of a type, the best first: the nearest to `near`, otherwise the lowest. Reserves nothing; use ports_request for that.',
    input: z.strictObject({ project, type, near: number.optional().describe('A port that you would have liked') }),
    output: OUTPUTS.ports_suggest,
    ...READS,
  },
  ports_check: {
    title: 'Check a port',
    description:
      'Whether a port can be bound now, over TCP and UDP, on IPv4 and IPv6, and who holds it. Does not say whether the project may have it: ports_explain does.',
    input: z.strictObject({ project, port: number }),
    output: OUTPUTS.ports_check,
    ...READS,
  },
  iris_up: {
    title: 'Start IRIS',
    description: "Start this project's InterSystems IRIS container, or find it running. Takes up to minutes.",
    input: z.strictObject({ project }),
    output: OUTPUTS.iris_up,
    ...ADDS,
  },
  iris_status: {
    title: 'Status of IRIS',
    description: "This project's IRIS container, its ports, whether it answers, and the live runs that use it.",
    input: z.strictObject({ project }),
    output: OUTPUTS.iris_status,
    ...READS,
  },
  iris_connection: {
    title: 'Connection to IRIS',
    description:
      "The IRIS_* variables that connect code to this project's running IRIS. The only tool whose result contains the password.",
    input: z.strictObject({ project }),
    output: OUTPUTS.iris_connection,
    ...READS,
  },
  iris_logs: {
    title: 'Log of IRIS',
    description:
      "The last lines of the container's output, the newest last. At most 15,000 characters; `isCut` says that earlier lines were left out.",
    input: z.strictObject({
      project,
      tail: z.int().min(1).max(1_000).default(100).describe('How many lines'),
    }),
    output: OUTPUTS.iris_logs,
    ...READS,
  },
  iris_sql: {
    title: 'SQL in IRIS',
    description:
      "Run one SQL statement in this project's running IRIS. Without `write` it must be a SELECT that calls no function of the project's own; no comments and no semicolon. Gives the rows up to `limit` and 60,000 bytes. `isCut` says that there are more: call again with `nextCursor`, which runs the statement again, so give it an ORDER BY.",
    input: z.strictObject({
      project,
      query: z.string().min(1).max(20_000).describe('One statement; ? marks a parameter'),
      parameters: z
        .array(z.union([z.string().max(1_000_000), z.number(), z.boolean(), z.null()]))
        .max(100)
        .default([])
        .describe('The values for each ?'),
      namespace,
      limit: z.int().min(1).max(1_000).default(100).describe('How many rows at most'),
      cursor: z.string().max(200).optional().describe('`nextCursor` of the result before, of the same statement'),
      write: z.boolean().default(false).meta({
        title: 'Write',
        description: 'Destructive: let the statement change data, or do anything else that the user may.',
      }),
    }),
    output: OUTPUTS.iris_sql,
    ...ENDS,
    idempotent: false,
  },
  iris_load: {
    title: 'Load files into IRIS',
    description:
      "Load and compile class files, and run SQL files, in this project's running IRIS. Reads only files inside the client's roots. Changes data where the files say so.",
    input: z.strictObject({
      project,
      files: z
        .array(z.string().min(1).max(4_096))
        .min(1)
        .max(100)
        .describe(
          "Paths or glob patterns from the project's folder: .cls, .mac, .int, .inc, .sql; loaded in this order",
        ),
      namespace,
    }),
    output: OUTPUTS.iris_load,
    ...ENDS,
    idempotent: false,
  },
  iris_restart: {
    title: 'Restart IRIS',
    description: "Restart this project's IRIS; its data stays. Refused while a live run uses it.",
    input: z.strictObject({ project, force }),
    output: OUTPUTS.iris_restart,
    ...ENDS,
    idempotent: false,
  },
  iris_down: {
    title: 'End IRIS',
    description: "Remove this project's IRIS container with its data. Refused while a live run uses it.",
    input: z.strictObject({ project, force }),
    output: OUTPUTS.iris_down,
    ...ENDS,
  },
} as const satisfies Record<string, Tool>

/** The name of a tool. */
export type ToolName = keyof typeof TOOLS

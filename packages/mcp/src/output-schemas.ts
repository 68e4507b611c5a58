import { z } from 'zod'

/** Keys are only ever added, so more of them are allowed. */
const record = z.looseObject
const port = z.int()

const assignment = record({
  projectPath: z.string(),
  instance: z.string(),
  service: z.string(),
  port,
  type: z.enum(['auto', 'manual']),
  status: z.string(),
  assignedAt: z.string(),
  containerName: z.string().nullable(),
})
const run = record({ projectPath: z.string(), runner: z.string(), pid: z.int(), since: z.string() })
const container = record({
  id: z.string(),
  name: z.string(),
  image: z.string(),
  state: z.string(),
  port,
  webPort: port,
})
const claim = record({
  kind: z.enum(['assignment', 'remembered', 'system', 'container', 'process', 'ephemeral']),
  blocks: z.boolean(),
  message: z.string(),
  since: z.string().optional(),
  remedy: z.string().optional(),
})
const binding = z.enum(['free', 'busy', 'reserved', 'unsupported'])
const bindings = z.object({ ipv4: binding, ipv6: binding })

/** What each tool gives when it does what it was asked. */
export const OUTPUTS = {
  ports_request: { assignment },
  ports_release: { released: z.array(assignment) },
  ports_list: { registryPath: z.string(), assignments: z.array(assignment), runs: z.array(run) },
  ports_explain: { port, services: z.array(z.string()), isAvailable: z.boolean(), claims: z.array(claim) },
  ports_suggest: { type: z.string(), suggestions: z.array(port), range: z.array(port) },
  ports_check: { port, isFree: z.boolean(), tcp: bindings, udp: bindings, holders: z.array(claim) },
  iris_up: {
    container: record({}).nullable(),
    connection: record({ host: z.string(), port, webPort: port, namespace: z.string(), username: z.string() }),
  },
  iris_status: {
    projectPath: z.string(),
    container: container.nullable(),
    answers: z.boolean(),
    assignments: z.array(assignment),
    runs: z.array(run),
  },
  iris_connection: {
    IRIS_HOST: z.string(),
    IRIS_PORT: z.string(),
    IRIS_USERNAME: z.string(),
    IRIS_PASSWORD: z.string(),
  },
  iris_logs: { lines: z.array(z.string()), isCut: z.boolean() },
  iris_sql: {
    rows: z.array(record({})),
    isCut: z.boolean(),
    nextCursor: z.string(),
  },
  iris_load: { namespace: z.string(), files: z.array(z.string()) },
  iris_restart: { restarted: container },
  iris_down: { ended: container.nullable(), released: z.array(assignment) },
} as const satisfies Record<string, z.ZodRawShape>

const REFUSAL = {
  success: z.literal(false),
  error: z.string().describe('A code, such as PORT_IN_USE'),
  message: z.string(),
  details: record({}),
  hint: z.string(),
  suggestions: z.array(port).describe('Ports that were free, the best first'),
}

/** A result is either what the tool gives or a refusal. Clients check both by the one schema, so no key is required. */
export function outputSchema(output: z.ZodRawShape): z.ZodObject {
  return record({ ...REFUSAL, ...output }).partial()
}

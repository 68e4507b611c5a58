import { chooseProject } from './choose-project.ts'
import type { Extra } from './client-roots.ts'
import { outputSchema } from './output-schemas.ts'
import { McpRefusal, refusalFrom } from './refusal-error.ts'
import { MAX_OUTPUT, type ServerParts } from './server-parts.ts'
import { TOOLS, type ToolName } from './tools.ts'
import { withoutSecrets } from './without-secrets.ts'

/** Tools whose results are given as they are: the one that is asked for the password, and what the project's own tables say. */
const AS_THEY_ARE: ReadonlySet<ToolName> = new Set(['iris_connection', 'iris_sql'])

/** Offers the tools. */
export function registerTools(parts: ServerParts): void {
  for (const name of Object.keys(TOOLS) as ToolName[]) {
    const { title, description, input, output, readOnly, destructive, idempotent } = TOOLS[name]
    const annotations = {
      title,
      readOnlyHint: readOnly,
      destructiveHint: destructive,
      idempotentHint: idempotent,
      openWorldHint: false,
    }
    const config = { title, description, inputSchema: input, outputSchema: outputSchema(output), annotations }
    parts.server.registerTool(name, config, async (given: object, extra: Extra) => {
      const { project, ...rest } = given as { readonly project?: string }
      let hide = <T>(value: T) => value
      try {
        const view = await parts.viewOf(extra)
        hide = view.hide
        const value = await parts.run(name, chooseProject(project, view.roots), rest, extra, view.roots)
        return result(AS_THEY_ARE.has(name) ? { ...value } : hide(withoutSecrets(value)), false)
      } catch (error) {
        return result(hide(withoutSecrets(refusalFrom(error))), true)
      }
    })
  }
}

function result(structuredContent: Record<string, unknown>, isError: boolean) {
  const text = JSON.stringify(structuredContent)
  if (text.length > MAX_OUTPUT) {
    const message = `The result has ${text.length} characters; at most ${MAX_OUTPUT} are sent.`
    const refusal = new McpRefusal('OUTPUT_TOO_LARGE', message, { limit: MAX_OUTPUT }).toJSON()
    return {
      structuredContent: refusal,
      content: [{ type: 'text' as const, text: JSON.stringify(refusal) }],
      isError: true,
    }
  }
  return { structuredContent, content: [{ type: 'text' as const, text }], isError }
}

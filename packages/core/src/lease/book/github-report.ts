import { appendFileSync } from 'node:fs'
import { debugLog } from '../../debug/debug-log.ts'
import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'

const debug = debugLog('lease')

/**
 * On GitHub Actions, shows why a run has no IRIS where people look first: as an annotation, which needs a line of its own in
 * the log, and in the job's summary. Elsewhere it does nothing.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function reportOnGitHub(error: unknown, env: NodeJS.ProcessEnv, write: (text: string) => void): void {
  if (env.GITHUB_ACTIONS !== 'true') return
  const { title, text } = describe(error)
  annotate(`::error title=${escapeProperty(title)}::${escapeData(text)}\n`, env, write)
  const { GITHUB_STEP_SUMMARY: summary } = env
  if (!summary) return
  try {
    appendFileSync(summary, `### ${title}\n\n\`\`\`text\n${text}\n\`\`\`\n`)
  } catch (failure) {
    // The annotation says the same.
    debug.swallowed('write the job summary', failure)
  }
}

/** To the file that `IRIS_DEVTESTER_ANNOTATIONS` names, where a runner puts something before what this process writes. */
function annotate(
  line: string,
  { IRIS_DEVTESTER_ANNOTATIONS: file }: NodeJS.ProcessEnv,
  write: (text: string) => void,
) {
  try {
    if (file) appendFileSync(file, line)
    else write(line)
  } catch (failure) {
    debug.swallowed('write the annotation', failure)
    write(line)
  }
}

function describe(error: unknown): { title: string; text: string } {
  if (error instanceof IrisDevtesterError) return { title: `IRIS did not start: ${error.code}`, text: error.message }
  return { title: 'IRIS did not start', text: error instanceof Error ? error.message : String(error) }
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}

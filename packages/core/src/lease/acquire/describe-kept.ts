import type { IrisConnectionInfo } from '../../connection/connection-info.ts'
import { sqlPageUrl } from '../../connection/portal-url.ts'
import { cliCommand } from '../../errors/cli-command.ts'
import { shellWord } from '../../errors/shell-word.ts'
import { folderOf, instanceOf, MAIN_INSTANCE } from '../../ports/document/project-path.ts'
import type { Keep } from '../book/acquire-options.ts'

/** A copy of a namespace as a failed test left it. */
export interface KeptNamespace {
  /** The copy's name. */
  readonly namespace: string
  /** The Management Portal's SQL page in it; `undefined` where IRIS has no web server. */
  readonly sqlPage: string | undefined
  /** Where it is and how long, in lines for people. */
  readonly text: string
}

export interface KeptPlace {
  /** A connection to the copy. */
  readonly info: IrisConnectionInfo
  readonly projectPath: string
  readonly test: string | undefined
  /** What happens to the container when its last run ends. */
  readonly keep: Keep
  readonly idleTimeoutMs: number
}

/** @param folder where the reader is. Default: the working directory. */
export function describeKept(
  { info, projectPath, test, keep, idleTimeoutMs }: KeptPlace,
  folder: string = process.cwd(),
): KeptNamespace {
  const { namespace } = info
  const sqlPage = sqlPageUrl(info)
  const owner = folderOf(projectPath)
  const project = owner === folder ? '' : ` --project ${shellWord(owner)}`
  const name = instanceOf(projectPath)
  const instance = name === MAIN_INSTANCE ? '' : ` --instance ${name}`
  const until =
    keep === 'stop'
      ? "until the container ends with its last run; keep: 'warm' lets it stay"
      : `until ${minutes(idleTimeoutMs)} after the run`
  const lines = [
    `IRIS namespace  ${namespace}, a copy of what the failed test left, ${until}`,
    ...(test ? [`  test      ${test}`] : []),
    ...(sqlPage ? [`  SQL page  ${sqlPage}`] : []),
    `  query     ${cliCommand(folder)} sql --namespace ${namespace}${project}${instance} "SELECT …"`,
  ]
  return { namespace, sqlPage, text: lines.join('\n') }
}

function minutes(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000)
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

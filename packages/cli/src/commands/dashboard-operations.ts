import { cliCommand, findPrunable, liveRuns, prune } from '@iris-devtester/core'
import { projectName } from '@iris-devtester/core/ports'
import type { Action, ActionPreview, Operations } from '@iris-devtester/dashboard'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { accessContainers, requireContainer } from '../project/container-access.ts'
import { openRegistry } from '../project/open-registry.ts'
import { readIris } from '../project/read-iris.ts'
import { down } from './down.ts'
import { portsRelease } from './ports-release.ts'
import { reset } from './reset.ts'
import { restart } from './restart.ts'

type Preview = Omit<ActionPreview, 'confirm'>

const NO_CREDENTIALS = { namespace: undefined, username: undefined, password: undefined }

/** The commands as the dashboard's buttons need them: what a button does, the command of the same purpose does. */
export function dashboardOperations(context: CommandContext): Operations {
  const about = (project: string): CommandContext => ({
    ...context,
    json: true,
    project,
    instance: undefined,
    namesProject: true,
  })
  const runsOf = async (project: string) =>
    liveRuns(await openRegistry(context).read(), project).map(({ runner, process }) => `${runner} (pid ${process.pid})`)
  const portsOf = async (project: string) =>
    (await openRegistry(context).listAll()).filter((one) => one.projectPath === project)
  const containerOf = (project: string) =>
    requireContainer(about(project)).then(
      ({ container }) => container,
      (error) => {
        if ((error as { code?: string }).code === 'CONTAINER_NOT_FOUND') return undefined
        throw error
      },
    )

  const end: Action = {
    async preview(project) {
      const [container, ports, runs] = await Promise.all([containerOf(project), portsOf(project), runsOf(project)])
      const own = ports.filter(({ service }) => service === 'iris' || service === 'iris-web')
      const touches = [
        ...(container ? [`Container ${container.name} (${container.image}) is removed, with all its data.`] : []),
        ...own.map(({ service, port }) => `Port ${port} (${service}) is released.`),
      ]
      return previewOf(touches, runs, `${projectName(project)} has no container and no port of IRIS.`)
    },
    run: async ({ project, force }) => linesOf(await down(about(project), { force })),
  }
  const restartIris: Action = {
    async preview(project) {
      const [container, runs] = await Promise.all([containerOf(project), runsOf(project)])
      const touches = container
        ? [`IRIS in container ${container.name} restarts. Its data stays; every connection to it breaks.`]
        : []
      return previewOf(touches, runs, `${projectName(project)} has no container.`)
    },
    run: async ({ project, force }) => linesOf(await restart(about(project), { force, ...NO_CREDENTIALS })),
  }
  const release: Action = {
    async preview(project) {
      const [ports, runs] = await Promise.all([portsOf(project), runsOf(project)])
      const touches = ports.map(({ service, port }) => `Port ${port} (${service}) is released.`)
      return previewOf(touches, runs, `${projectName(project)} has no port.`)
    },
    run: async ({ project, force }) =>
      linesOf(await portsRelease(about(project), { path: undefined, service: undefined, force })),
  }
  const pruneAll: Action = {
    async preview() {
      const candidates = await findPrunable(await accessContainers(context))
      const touches = candidates.map(
        ({ container, reason }) =>
          `Container ${container.name} of ${projectName(container.projectPath)} is removed, with all its data: ${reason}.`,
      )
      const preview = previewOf(touches, [], 'There is no container that no run uses.')
      return { ...preview, ids: candidates.map(({ container }) => container.id) }
    },
    async run({ ids }) {
      const access = await accessContainers(context)
      const shown = (await findPrunable(access)).filter(({ container }) => ids.includes(container.id))
      const ended = await prune(access, shown)
      return ended.map(({ container }) => `ended  container ${container.name}`)
    },
  }
  const resetData: Action = {
    async preview(project) {
      const runs = await runsOf(project)
      const input = { mark: false, dryRun: true, force: false, ...NO_CREDENTIALS }
      const report = (await reset(about(project), input)).json as {
        readonly namespace: string
        readonly restored: readonly string[]
        readonly dropped: readonly string[]
        readonly isRecorded: boolean
      }
      const touches = report.isRecorded
        ? [
            `The tables of ${report.namespace} go back to what was recorded of them.`,
            ...report.restored.map((table) => `Table ${table} is put back.`),
            ...report.dropped.map((table) => `Table ${table}, which was made since, is dropped.`),
          ]
        : []
      return previewOf(
        touches,
        runs,
        `Nothing is recorded of the tables of ${report.namespace}. Record them: ${cliCommand()} reset --mark`,
      )
    },
    run: async ({ project, force }) =>
      linesOf(await reset(about(project), { mark: false, dryRun: false, force, ...NO_CREDENTIALS })),
  }
  return {
    actions: { end, restart: restartIris, release, prune: pruneAll, reset: resetData },
    sql: ({ project, ...input }) => readIris(about(project), input),
  }
}

function previewOf(touches: readonly string[], runs: readonly string[], nothing: string): Preview {
  return touches.length === 0 ? { touches, runs: [], nothing } : { touches, runs }
}

/** What the command would have printed. */
function linesOf({ text, note }: Report): readonly string[] {
  return [...text.split('\n'), ...(note?.split('\n') ?? [])].filter((line) => line !== '')
}

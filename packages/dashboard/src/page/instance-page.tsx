import { useEffect, useState } from 'preact/hooks'
import type { DashboardState, InstanceDetails, InstanceState, ProjectState } from '../state.ts'
import { ActionButton } from './action-button.tsx'
import { ask, wordsOf } from './ask.ts'
import { ConnectionValues } from './connection-values.tsx'
import { History } from './history.tsx'
import { Containers, instanceHref, Runs } from './instance-parts.tsx'
import { Log } from './log.tsx'
import { SqlBox } from './sql-box.tsx'
import { Starts } from './starts.tsx'
import { UsagePlots } from './usage-plots.tsx'

interface InstancePageProps {
  readonly name: string
  readonly state: DashboardState
}

/** All there is to know of one instance of a project. */
export function InstancePage({ name, state }: InstancePageProps) {
  const found = find(state, name)
  const { details, problem } = useDetails(name, found?.instance)
  const title = found?.project.title ?? name
  const container = found?.instance.containers.find(({ state }) => state === 'running')
  return (
    <>
      <p>
        <a href="#/">← All projects</a>
      </p>
      <div class="bar">
        <h1>
          {title}
          {found && found.project.instances.length > 1 && ` · ${found.instance.instance}`}
        </h1>
        <Actions name={name} />
      </div>
      <p class="folder">
        {found?.project.folder ?? name}
        {found?.project.machine ? ` on ${found.project.machine}` : ''}
      </p>
      {found && <Siblings project={found.project} name={name} />}
      {!found && (
        <p class="empty">
          Nothing is there any more: no port, no container, no run. Start it in its folder:{' '}
          <code>{state.about.command} up</code>
        </p>
      )}
      {found && (
        <section aria-labelledby="now">
          <h2 id="now">Now</h2>
          <Containers containers={found.instance.containers} />
          <Runs runs={found.instance.runs} />
        </section>
      )}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <div class="columns">
        <ConnectionValues name={name} details={details} command={state.about.command} />
        <UsagePlots key={`usage ${container?.id}`} id={container?.id} />
        <Starts starts={details?.starts} />
        <SqlBox name={name} namespaces={details?.namespaces} isRunning={container !== undefined} />
      </div>
      <Log key={`log ${logOf(found?.instance)}`} id={logOf(found?.instance)} />
      <History history={details?.history} />
    </>
  )
}

function Actions({ name }: { readonly name: string }) {
  return (
    <div class="buttons">
      <ActionButton action="restart" project={name} label="Restart …" />
      <ActionButton action="reset" project={name} label="Reset tables …" />
      <ActionButton action="release" project={name} label="Release ports …" />
      <ActionButton action="end" project={name} label="End …" />
    </div>
  )
}

function Siblings({ project, name }: { readonly project: ProjectState; readonly name: string }) {
  const others = project.instances.filter((one) => one.name !== name)
  if (others.length === 0) return null
  return (
    <p>
      Other instances:{' '}
      {others.map((one) => (
        <a key={one.name} href={instanceHref(one.name)}>
          {one.instance}{' '}
        </a>
      ))}
    </p>
  )
}

/** The container whose log is shown: the running one, or else the last one that is there. */
function logOf(instance: InstanceState | undefined): string | undefined {
  const there = instance?.containers.filter(({ state }) => state !== 'gone') ?? []
  return (there.find(({ state }) => state === 'running') ?? there[0])?.id
}

function find(state: DashboardState, name: string) {
  for (const project of Object.values(state.projects)) {
    const instance = project.instances.find((one) => one.name === name)
    if (instance) return { project, instance }
  }
  return undefined
}

/** What is asked for again whenever the instance has changed. */
function useDetails(name: string, instance: InstanceState | undefined) {
  const [details, setDetails] = useState<InstanceDetails>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    let isOver = false
    ask<InstanceDetails>(`/api/instance?name=${encodeURIComponent(name)}`).then(
      (found) => {
        if (isOver) return
        setDetails(found)
        setProblem(undefined)
      },
      (error) => {
        if (!isOver) setProblem(wordsOf(error))
      },
    )
    return () => {
      isOver = true
    }
  }, [name, instance])
  return { details, problem }
}

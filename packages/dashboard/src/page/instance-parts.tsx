import { useContext } from 'preact/hooks'
import type { ContainerState, RunState } from '../state.ts'
import { Ago, duration, Now } from './time.tsx'

/** The address of an instance's part of the page. */
export function instanceHref(name: string): string {
  return `#/instance/${encodeURIComponent(name)}`
}

export function Containers({ containers }: { readonly containers: readonly ContainerState[] }) {
  if (containers.length === 0) return <p class="quiet">No container.</p>
  return (
    <ul class="plain" aria-label="Containers">
      {containers.map((one) => (
        <li key={one.id}>
          <span class={`state ${one.state}`}>{one.state}</span> <b>{one.name}</b> {one.image}
          {one.port > 0 && ` · superserver ${one.port}`}
          {one.webPort > 0 && ` · web ${one.webPort}`}
          {one.state === 'running' && !one.isReady && !one.isTests && ' · not ready yet'}{' '}
          <span class="quiet">
            <Kept container={one} />
          </span>
        </li>
      ))}
    </ul>
  )
}

/** What will become of it without a run. */
function Kept({ container: { keep, idleTimeoutMs, idleSince, isTests } }: { readonly container: ContainerState }) {
  const now = useContext(Now)
  if (isTests) return <>created by a test</>
  if (keep === undefined || idleTimeoutMs === undefined) return null
  if (keep === 'stop') return <>removed after its last run</>
  if (idleSince === undefined) return <>stays {duration(idleTimeoutMs)} after its last run</>
  return <>warm, goes in {duration(idleTimeoutMs - (now - Date.parse(idleSince)))}</>
}

export function Runs({ runs }: { readonly runs: readonly RunState[] }) {
  if (runs.length === 0) return null
  return (
    <ul class="plain runs" aria-label="Live runs">
      {runs.map(({ id, runner, pid, host, since, workers, namespaces, isStarting }) => (
        <li key={id}>
          <span class="state run">{isStarting ? 'starting' : 'live'}</span> <b>{runner}</b> pid {pid} on {host}
          {workers !== undefined && ` · ${workers} ${workers === 1 ? 'worker' : 'workers'}`}
          {isStarting && ' · prepares IRIS, or waits for the run that does'} · began <Ago at={since} />
          {namespaces.length > 0 && <span class="quiet"> {namespaces.join(' ')}</span>}
        </li>
      ))}
    </ul>
  )
}

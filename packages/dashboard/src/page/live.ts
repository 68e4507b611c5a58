import { useEffect, useState } from 'preact/hooks'
import type { DashboardState, StateChange } from '../state.ts'

/** How the page is connected: `ended` when the dashboard has gone, `refused` when it is another one by now. */
export type Connection = 'connecting' | 'live' | 'ended' | 'refused'

/** How long a page that nobody sees stays connected, in ms: one that does counts as somebody who looks. */
const HIDDEN_MS = 10_000

/** The state as the server pushes it. */
export function useLive(): { readonly state: DashboardState | undefined; readonly connection: Connection } {
  const [state, setState] = useState<DashboardState>()
  const [connection, setConnection] = useState<Connection>('connecting')
  useEffect(() => {
    let source: EventSource | undefined
    let hidden: number | undefined
    let retry: number | undefined
    const open = () => {
      clearTimeout(retry)
      source?.close()
      const opened = new EventSource('/api/state')
      let isFirst = true
      source = opened
      opened.addEventListener('change', (event) => {
        const change = JSON.parse(event.data) as StateChange
        // The first of each connection is the whole state.
        const isWhole = isFirst
        isFirst = false
        setState((before) => (isWhole ? withChange(before, change, true) : withChange(before, change, false)))
        setConnection('live')
      })
      opened.addEventListener('error', () => {
        opened.close()
        fetch('/api/instance?name=')
          .then(({ status }) => setConnection(status === 401 ? 'refused' : 'connecting'))
          // Nobody answers there any more.
          .catch(() => setConnection('ended'))
        retry = setTimeout(open, 1_000)
      })
    }
    const look = () => {
      clearTimeout(hidden)
      if (document.hidden) {
        hidden = setTimeout(() => {
          clearTimeout(retry)
          source?.close()
          source = undefined
        }, HIDDEN_MS)
      } else if (!source || source.readyState === EventSource.CLOSED) open()
    }
    open()
    document.addEventListener('visibilitychange', look)
    return () => {
      document.removeEventListener('visibilitychange', look)
      clearTimeout(hidden)
      clearTimeout(retry)
      source?.close()
    }
  }, [])
  return { state, connection }
}

function withChange(before: DashboardState | undefined, change: StateChange, isWhole: boolean): DashboardState {
  const from = isWhole || !before ? undefined : before
  return {
    about: change.about ?? (before?.about as DashboardState['about']),
    ranges: merged(from?.ranges, change.ranges),
    projects: merged(from?.projects, change.projects),
  }
}

function merged<T>(
  before: Readonly<Record<string, T>> = {},
  change: Readonly<Record<string, T | null>> = {},
): Record<string, T> {
  const entries = Object.entries({ ...before, ...change })
  return Object.fromEntries(entries.filter((entry): entry is [string, T] => entry[1] !== null))
}

/** A stream of events of the server, as long as the component is there; a stream that breaks off begins anew. */
export function useStream(path: string | undefined, listeners: Readonly<Record<string, (value: never) => void>>): void {
  useEffect(() => {
    if (path === undefined) return
    const source = new EventSource(path)
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => listener(JSON.parse(event.data) as never))
    }
    source.addEventListener('end', () => source.close())
    return () => source.close()
  }, [path])
}

import { useEffect, useRef, useState } from 'preact/hooks'
import type { About, DashboardState } from '../state.ts'
import { InstancePage } from './instance-page.tsx'
import { type Connection, useLive } from './live.ts'
import { Overview } from './overview.tsx'
import { Now, useNow } from './time.tsx'

/** The whole page: an overview, or one instance of a project. */
export function App() {
  const { state, connection } = useLive()
  const shown = useShown()
  const now = useNow()
  return (
    <Now.Provider value={now}>
      <button type="button" class="skip" onClick={toContent}>
        Skip to the content
      </button>
      <header>
        <p class="brand">
          <a href="#/">iris-devtester</a> <span>dashboard</span>
        </p>
        <p class={`connection ${connection}`} role="status">
          {CONNECTIONS[connection]}
        </p>
      </header>
      {state && <Problems about={state.about} />}
      {connection === 'ended' && <Ended command={state?.about.command} />}
      {connection === 'refused' && <Refused />}
      <main id="content" tabIndex={-1}>
        {state ? <Content state={state} shown={shown} /> : <p class="empty">Reading the registry and the engine …</p>}
      </main>
      {state && <Footer about={state.about} />}
    </Now.Provider>
  )
}

const CONNECTIONS: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting …',
  live: 'Live',
  ended: 'Not connected',
  refused: 'Not connected',
}

function Content({ state, shown }: { readonly state: DashboardState; readonly shown: string | undefined }) {
  if (shown === undefined) return <Overview state={state} />
  return <InstancePage key={shown} name={shown} state={state} />
}

function Problems({ about }: { readonly about: About }) {
  return (
    <div role="alert">
      {about.registryProblem !== undefined && (
        <p class="problem">
          <strong>The registry does not answer.</strong> {about.registryProblem} The page shows what was last read, and
          keeps trying.
        </p>
      )}
      {about.engineProblem !== undefined && (
        <p class="problem">
          <strong>The container engine does not answer.</strong> {about.engineProblem} The page shows what was last
          read, and keeps trying. Check the engine: <code>docker version</code>
        </p>
      )}
    </div>
  )
}

function Ended({ command = 'iris-devtester' }: { readonly command: string | undefined }) {
  return (
    <p class="problem" role="alert">
      <strong>The dashboard has ended</strong>, because no page was open for a while, or by Ctrl-C. Start it again:{' '}
      <code>{command} dashboard</code>
    </p>
  )
}

function Refused() {
  return (
    <p class="problem" role="alert">
      <strong>Another dashboard runs here now.</strong> Open the address that it has printed.
    </p>
  )
}

function Footer({ about }: { readonly about: About }) {
  return (
    <footer>
      <p>
        Registry <code>{about.registry}</code>
        {about.engine !== '' && (
          <>
            {' · '}Engine <code>{about.engine}</code>
          </>
        )}
        {about.isShared && (
          <>
            {' · '}This machine <code>{about.machine}</code>
          </>
        )}
        {!about.seesProcesses && ' · Which processes listen on ports can’t be seen on this system.'}
      </p>
    </footer>
  )
}

/** The name of the instance that the address names after its `#`. */
function useShown(): string | undefined {
  const [hash, setHash] = useState(location.hash)
  const isFirst = useRef(true)
  useEffect(() => {
    const changed = () => setHash(location.hash)
    addEventListener('hashchange', changed)
    return () => removeEventListener('hashchange', changed)
  }, [])
  useEffect(() => {
    if (!isFirst.current) {
      scrollTo(0, 0)
      document.getElementById('content')?.focus()
    }
    isFirst.current = false
  }, [hash])
  const [, name] = /^#\/instance\/(.+)$/.exec(hash) ?? []
  if (name === undefined) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    // Not an address of ours.
    return undefined
  }
}

function toContent(): void {
  document.getElementById('content')?.focus()
}

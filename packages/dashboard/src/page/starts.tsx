import type { StartDetails } from '../state.ts'
import { Ago, seconds } from './time.tsx'

const PHASES: Readonly<Record<string, string>> = {
  waiting: 'wait for another run',
  pull: 'pull the image',
  stop: 'stop',
  create: 'create the container',
  boot: 'boot',
  superserver: 'superserver',
  login: 'log in',
  namespaces: 'namespaces',
  load: 'load files',
}

/** Where the time of the last starts went. */
export function Starts({ starts }: { readonly starts: readonly StartDetails[] | undefined }) {
  return (
    <section class="card" aria-labelledby="starts">
      <h2 id="starts">Last starts</h2>
      {starts?.length === 0 && <p class="empty">No start is recorded on this machine yet. The next one will be.</p>}
      {starts?.map((start, at) => (
        <Start key={start.at} start={start} isOpen={at === 0} />
      ))}
    </section>
  )
}

function Start({ start, isOpen }: { readonly start: StartDetails; readonly isOpen: boolean }) {
  const total = start.phases.reduce((sum, { ms }) => sum + ms, 0)
  let before = 0
  const rows = start.phases.map(({ phase, ms }) => {
    const row = { phase, ms, from: share(before, total), width: share(ms, total) }
    before += ms
    return row
  })
  return (
    <details open={isOpen}>
      <summary>
        {seconds(total)} by {start.runner}, <Ago at={start.at} />
        {start.failure !== undefined && <strong class="failed"> failed: {start.failure}</strong>}
      </summary>
      <table class="waterfall">
        <thead class="hidden">
          <tr>
            <th scope="col">Part</th>
            <th scope="col">Share</th>
            <th scope="col">Time</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ phase, ms, from, width }) => (
            <tr key={phase}>
              <th scope="row">{PHASES[phase] ?? phase}</th>
              <td>
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect x={from} y="1" width={Math.max(width, 0.6)} height="8" />
                </svg>
              </td>
              <td class="number">{seconds(ms)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : (part / whole) * 100
}

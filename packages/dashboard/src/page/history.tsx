import type { HistoryEntry } from '../state.ts'
import { Ago } from './time.tsx'

/** What has become of the instance's ports, as a line of time. */
export function History({ history }: { readonly history: readonly HistoryEntry[] | undefined }) {
  return (
    <section class="card" aria-labelledby="history">
      <h2 id="history">History</h2>
      {history?.length === 0 && <p class="empty">The registry has no entries for this project.</p>}
      <ol class="timeline">
        {history?.map(({ at, action, port, service, reason }, index) => (
          <li key={index}>
            <Ago at={at} /> <b>{action}</b> {service} {port} <span class="quiet">{reason}</span>
          </li>
        ))}
      </ol>
    </section>
  )
}

import { useMemo } from 'preact/hooks'
import type { PortCell, PortUse, RangeState } from '../state.ts'
import { instanceHref } from './instance-parts.tsx'
import { Ago } from './time.tsx'

const USES: Readonly<Record<PortUse, string>> = {
  free: 'free',
  assigned: 'assigned',
  remembered: 'remembered',
  container: 'container',
  process: 'process',
  system: 'system service',
}

/** The map of one service's ports. */
export function PortRange({ range }: { readonly range: RangeState }) {
  return useMemo(() => {
    const { service, first, last, cells } = range
    const counts = new Map<PortUse, number>()
    for (const { use, from, to } of cells) counts.set(use, (counts.get(use) ?? 0) + to - from + 1)
    const summary = [...counts].map(([use, count]) => `${count} ${USES[use]}`).join(', ')
    return (
      <section class="range" aria-label={`Ports of ${service}`}>
        <h2>
          {service}{' '}
          <span class="quiet">
            {first}–{last}: {summary}
          </span>
        </h2>
        <ol class="cells">
          {cells.map((cell) => (
            <Cell key={cell.from} cell={cell} />
          ))}
        </ol>
      </section>
    )
  }, [range])
}

function Cell({ cell }: { readonly cell: PortCell }) {
  const { from, to, use, who, project, since, note } = cell
  return (
    <li class={`cell ${use}`}>
      <b>{from === to ? from : `${from}–${to}`}</b> <span class="use">{USES[use]}</span>
      {who !== undefined && (
        <span class="who"> {project === undefined ? who : <a href={instanceHref(project)}>{who}</a>}</span>
      )}
      {note !== undefined && <span class="quiet"> {note}</span>}
      {since !== undefined && (
        <span class="quiet">
          {' '}
          <Ago at={since} />
        </span>
      )}
    </li>
  )
}

import { useState } from 'preact/hooks'
import type { Usage } from '../state.ts'
import { useStream } from './live.ts'

const SAMPLES = 120

/** What the container uses now and has used in the last two minutes. */
export function UsagePlots({ id }: { readonly id: string | undefined }) {
  const [samples, setSamples] = useState<readonly Usage[]>([])
  useStream(id === undefined ? undefined : `/api/usage?id=${id}`, {
    samples: (more: readonly Usage[]) => setSamples((before) => [...before, ...more].slice(-SAMPLES)),
  })
  const last = samples.at(-1)
  return (
    <section class="card" aria-labelledby="usage">
      <h2 id="usage">Use</h2>
      {id === undefined && <p class="empty">No container runs.</p>}
      {id !== undefined && !last && <p class="empty">Waiting for the first figures …</p>}
      {last && (
        <>
          <Plot
            label="CPU"
            shown={`${last.cpu.toFixed(0)} % of a processor`}
            values={samples.map(({ cpu }) => cpu)}
            least={100}
          />
          <Plot
            label="Memory"
            shown={`${megabytes(last.memory)} MB${last.limit > 0 ? ` of ${megabytes(last.limit)} MB` : ''}`}
            values={samples.map(({ memory }) => memory)}
            least={0}
          />
        </>
      )}
    </section>
  )
}

interface PlotProps {
  readonly label: string
  readonly shown: string
  readonly values: readonly number[]
  /** What the height of the plot stands for at least. */
  readonly least: number
}

function Plot({ label, shown, values, least }: PlotProps) {
  const top = Math.max(least, ...values) * 1.1 || 1
  const points = values.map((value, at) => `${SAMPLES - values.length + at},${30 - (value / top) * 30}`).join(' ')
  return (
    <figure class="plot">
      <figcaption>
        {label} <b>{shown}</b>
      </figcaption>
      <svg viewBox={`0 0 ${SAMPLES - 1} 30`} preserveAspectRatio="none" role="img" aria-label={`${label}: ${shown}`}>
        <polyline points={points} vector-effect="non-scaling-stroke" />
      </svg>
    </figure>
  )
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(0)
}

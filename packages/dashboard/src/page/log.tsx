import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { LogLine } from '../state.ts'
import { useStream } from './live.ts'

/** How many lines make one block: only the last one is drawn anew when a line comes. */
const BLOCK = 200
const MAX_BLOCKS = 50

/** The container's output as it comes. */
export function Log({ id }: { readonly id: string | undefined }) {
  const [blocks, setBlocks] = useState<readonly (readonly LogLine[])[]>([])
  const [search, setSearch] = useState('')
  const [problem, setProblem] = useState<string>()
  const [isFatalOnly, setFatalOnly] = useState(false)
  const box = useRef<HTMLElement>(null)
  const follows = useRef(true)
  useStream(id === undefined ? undefined : `/api/log?id=${id}`, {
    lines: (lines: readonly LogLine[]) => setBlocks((before) => withLines(before, lines)),
    problem: (text: string) => setProblem(text),
  })
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight
  }, [blocks])
  const lines = blocks.flat()
  const fatal = lines.filter(({ isFatal }) => isFatal).length
  const wanted = search.toLowerCase()
  const found = wanted === '' ? 0 : lines.filter(({ text }) => text.toLowerCase().includes(wanted)).length
  return (
    <section class="card" aria-labelledby="log">
      <div class="bar">
        <h2 id="log">Log</h2>
        <label>
          Search <input type="search" value={search} onInput={({ currentTarget }) => setSearch(currentTarget.value)} />
        </label>
        <label>
          <input
            type="checkbox"
            checked={isFatalOnly}
            onChange={({ currentTarget }) => setFatalOnly(currentTarget.checked)}
          />{' '}
          fatal lines only
        </label>
        <p class="quiet" role="status">
          {lines.length} lines, {fatal} fatal{wanted !== '' && `, ${found} found`}
        </p>
      </div>
      {id === undefined && <p class="empty">No log: the project has no container.</p>}
      {problem !== undefined && <p class="problem">The log has ended: {problem}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard. */}
      <section class="log" ref={box} aria-label="Output of the container" tabIndex={0} onScroll={scrolled}>
        {blocks.map((block, at) => (
          <Block key={at} block={block} wanted={wanted} isFatalOnly={isFatalOnly} />
        ))}
      </section>
    </section>
  )

  function scrolled({ currentTarget }: { readonly currentTarget: HTMLElement }) {
    const { scrollTop, scrollHeight, clientHeight } = currentTarget
    follows.current = scrollHeight - scrollTop - clientHeight < 30
  }
}

interface BlockProps {
  readonly block: readonly LogLine[]
  readonly wanted: string
  readonly isFatalOnly: boolean
}

function Block({ block, wanted, isFatalOnly }: BlockProps) {
  return useMemo(() => {
    const lines = block.filter(
      ({ text, isFatal }) => (!isFatalOnly || isFatal) && (wanted === '' || text.toLowerCase().includes(wanted)),
    )
    return (
      <div class={lines.length === BLOCK ? 'block full' : 'block'}>
        {lines.map(({ text, isFatal }, at) => (
          <div key={at} class={isFatal ? 'line fatal' : 'line'}>
            {isFatal && <b>fatal </b>}
            <Marked text={text} wanted={wanted} />
          </div>
        ))}
      </div>
    )
  }, [block, wanted, isFatalOnly])
}

function Marked({ text, wanted }: { readonly text: string; readonly wanted: string }) {
  const at = wanted === '' ? -1 : text.toLowerCase().indexOf(wanted)
  if (at < 0) return <>{text}</>
  const end = at + wanted.length
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, end)}</mark>
      <Marked text={text.slice(end)} wanted={wanted} />
    </>
  )
}

function withLines(
  before: readonly (readonly LogLine[])[],
  lines: readonly LogLine[],
): readonly (readonly LogLine[])[] {
  const blocks = [...before]
  let rest = lines
  const last = blocks.at(-1)
  if (last && last.length < BLOCK) {
    blocks[blocks.length - 1] = [...last, ...rest.slice(0, BLOCK - last.length)]
    rest = rest.slice(BLOCK - last.length)
  }
  for (let at = 0; at < rest.length; at += BLOCK) blocks.push(rest.slice(at, at + BLOCK))
  return blocks.slice(-MAX_BLOCKS)
}

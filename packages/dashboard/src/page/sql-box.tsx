import { useState } from 'preact/hooks'
import type { SqlAnswer } from '../state.ts'
import { ask, wordsOf } from './ask.ts'

interface SqlBoxProps {
  readonly name: string
  readonly namespaces: readonly string[] | undefined
  readonly isRunning: boolean
}

/** A box for statements that only read. */
export function SqlBox({ name, namespaces = [], isRunning }: SqlBoxProps) {
  const [query, setQuery] = useState('SELECT TOP 20 Name FROM %Dictionary.CompiledClass')
  const [namespace, setNamespace] = useState('')
  const [answer, setAnswer] = useState<SqlAnswer>()
  const [problem, setProblem] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const run = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    try {
      setAnswer(await ask<SqlAnswer>('/api/sql', { project: name, query, namespace }))
      setProblem(undefined)
    } catch (error) {
      setAnswer(undefined)
      setProblem(wordsOf(error))
    }
    setBusy(false)
  }
  const submitByKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run(event)
  }
  return (
    <section class="card" aria-labelledby="sql">
      <h2 id="sql">SQL (read-only)</h2>
      {!isRunning && <p class="empty">SQL needs a running IRIS.</p>}
      {isRunning && (
        <form onSubmit={run}>
          <label class="wide">
            Statement (Ctrl+Enter runs it)
            <textarea
              rows={3}
              spellcheck={false}
              value={query}
              onInput={({ currentTarget }) => setQuery(currentTarget.value)}
              onKeyDown={submitByKey}
            />
          </label>
          <div class="bar">
            <label>
              Namespace{' '}
              <select value={namespace} onChange={({ currentTarget }) => setNamespace(currentTarget.value)}>
                <option value="">default</option>
                {namespaces.map((one) => (
                  <option key={one}>{one}</option>
                ))}
              </select>
            </label>
            <button type="submit" disabled={isBusy}>
              {isBusy ? 'Asking …' : 'Run'}
            </button>
          </div>
        </form>
      )}
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      {answer && <Rows answer={answer} />}
    </section>
  )
}

function Rows({ answer: { columns, rows, isCut } }: { readonly answer: SqlAnswer }) {
  return (
    <>
      <p role="status">
        {rows.length} {rows.length === 1 ? 'row' : 'rows'}
        {isCut && ', and there are more'}
      </p>
      {rows.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
        <section class="scroll" aria-label="Rows" tabIndex={0}>
          <table class="rows">
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column} scope="col">
                    {column}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={at}>
                  {row.map((value, column) => (
                    <td key={columns[column]}>{value}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </>
  )
}

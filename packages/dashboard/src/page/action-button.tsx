import { useEffect, useId, useRef, useState } from 'preact/hooks'
import type { ActionName, ActionPreview, ActionResult } from '../state.ts'
import { ask, wordsOf } from './ask.ts'

const TITLES: Readonly<Record<ActionName, string>> = {
  end: 'End the container',
  restart: 'Restart IRIS',
  release: 'Release the ports',
  prune: 'Prune containers',
  reset: 'Reset the tables',
}

interface ActionProps {
  readonly action: ActionName
  readonly project: string
  readonly label: string
}

/** A button that shows first what it will touch, then does it, then shows what it has done. */
export function ActionButton({ action, project, label }: ActionProps) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        {label}
      </button>
      {isOpen && <ActionDialog action={action} project={project} onClose={() => setOpen(false)} />}
    </>
  )
}

interface DialogProps {
  readonly action: ActionName
  readonly project: string
  readonly onClose: () => void
}

function ActionDialog({ action, project, onClose }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const title = useId()
  const [preview, setPreview] = useState<ActionPreview>()
  const [result, setResult] = useState<ActionResult>()
  const [problem, setProblem] = useState<string>()
  const [typed, setTyped] = useState('')
  const [isBusy, setBusy] = useState(false)
  useEffect(() => {
    dialog.current?.showModal()
    ask<ActionPreview>('/api/preview', { action, project }).then(setPreview, (error) => setProblem(wordsOf(error)))
  }, [])
  const run = async (event: Event) => {
    event.preventDefault()
    setBusy(true)
    setProblem(undefined)
    try {
      const ids = preview?.ids?.join(' ')
      setResult(await ask<ActionResult>('/api/act', { action, project, confirm: typed, ids }))
    } catch (error) {
      setProblem(wordsOf(error))
    }
    setBusy(false)
  }
  const canRun = preview !== undefined && preview.nothing === undefined && result === undefined
  return (
    <dialog ref={dialog} aria-labelledby={title} onClose={onClose}>
      <h2 id={title}>{TITLES[action]}</h2>
      <div aria-live="polite">
        {!preview && problem === undefined && <p>Looking what it would touch …</p>}
        {preview?.nothing !== undefined && <p>Nothing to do. {preview.nothing}</p>}
        {canRun && (
          <>
            <ul>
              {preview.touches.map((one) => (
                <li key={one}>{one}</li>
              ))}
            </ul>
            {preview.runs.length > 0 && (
              <p class="problem">
                <strong>In use by a live run:</strong> {preview.runs.join('; ')}. It will fail.
              </p>
            )}
          </>
        )}
        {result && <Result result={result} />}
      </div>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
      <form onSubmit={run}>
        {canRun && preview.confirm !== undefined && (
          <label class="confirm">
            To do it all the same, type <b>{preview.confirm}</b>
            <input
              value={typed}
              autocomplete="off"
              spellcheck={false}
              onInput={({ currentTarget }) => setTyped(currentTarget.value)}
            />
          </label>
        )}
        <div class="buttons">
          <button type="button" onClick={() => dialog.current?.close()}>
            {result || preview?.nothing !== undefined ? 'Close' : 'Cancel'}
          </button>
          {canRun && (
            <button
              type="submit"
              class="danger"
              disabled={isBusy || (preview.confirm !== undefined && typed !== preview.confirm)}
            >
              {isBusy ? 'At it …' : TITLES[action]}
            </button>
          )}
        </div>
      </form>
    </dialog>
  )
}

function Result({ result: { lines, events } }: { readonly result: ActionResult }) {
  return (
    <>
      <p>
        <strong>Done.</strong>
      </p>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {events.length > 0 && (
        <>
          <p>The registry has recorded:</p>
          <ul>
            {events.map(({ at, action, port, service, reason }) => (
              <li key={`${at} ${port}`}>
                {action} {service} {port}: {reason}
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  )
}

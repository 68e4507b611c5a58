import { useState } from 'preact/hooks'
import type { InstanceDetails } from '../state.ts'
import { ask, wordsOf } from './ask.ts'

interface ConnectionProps {
  readonly name: string
  readonly details: InstanceDetails | undefined
  readonly command: string
}

/** How the instance is reached, each value with a button that copies it. */
export function ConnectionValues({ name, details, command }: ConnectionProps) {
  const [said, setSaid] = useState('')
  const connection = details?.connection
  const copy = async (label: string, value: () => Promise<string>) => {
    try {
      await navigator.clipboard.writeText(await value())
      setSaid(`${label} copied.`)
    } catch (error) {
      setSaid(`${label} not copied: ${wordsOf(error)}`)
    }
  }
  const secret = () => ask<{ readonly password: string; readonly url: string }>('/api/secret', { project: name })
  const values: readonly (readonly [string, string, () => Promise<string>])[] = connection
    ? [
        ['Host', connection.host, async () => connection.host],
        ['Superserver port', String(connection.port), async () => String(connection.port)],
        ['Web port', String(connection.webPort), async () => String(connection.webPort)],
        ['Namespace', connection.namespace, async () => connection.namespace],
        ['User', connection.username, async () => connection.username],
        ['Password', '••••••', async () => (await secret()).password],
        ['Address', connection.url, async () => (await secret()).url],
      ]
    : []
  return (
    <section class="card" aria-labelledby="connection">
      <h2 id="connection">Connection</h2>
      {details && !connection && (
        <p class="empty">
          No running IRIS. Start it in the project’s folder: <code>{command} up</code>
        </p>
      )}
      <dl class="values">
        {values.map(([label, shown, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code>{shown}</code>{' '}
              <button type="button" aria-label={`Copy ${label}`} onClick={() => copy(label, value)}>
                Copy
              </button>
            </dd>
          </div>
        ))}
      </dl>
      <p class="quiet" role="status">
        {said}
      </p>
      {details?.portal !== undefined && (
        <p>
          <a href={details.portal} target="_blank" rel="noreferrer">
            Management Portal
          </a>
        </p>
      )}
      {details?.namespaces && (
        <>
          <h3>Namespaces</h3>
          <ul class="chips">
            {details.namespaces.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </>
      )}
      {details?.namespacesProblem !== undefined && (
        <p class="problem">The namespaces are not known. {details.namespacesProblem}</p>
      )}
    </section>
  )
}

import { environmentOf, fromEnvironment } from '../../connection/connection-info.ts'
import { LABELS } from '../../container/container-identity.ts'
import { runObjectScript } from '../../container/object-script.ts'
import { findEngine } from '../../engine/find-engine.ts'
import { PortRegistry } from '../../ports/port-registry.ts'
import { LeaseError } from '../book/lease-error.ts'

/** Where ObjectScript runs, and what it is given. */
export interface ExecOptions {
  /** One of the run's instances, such as `archive`. Default: the one that `IRIS_HOST` and `IRIS_PORT` name. */
  readonly instance?: string | undefined
  /** Default: the namespace that the environment names, in a worker its own. */
  readonly namespace?: string | undefined
  /** Read in the script with `$system.Util.GetEnviron("NAME")`. */
  readonly values?: Readonly<Record<string, string>> | undefined
}

/**
 * Runs ObjectScript inside the container that the `IRIS_*` environment variables lead to, in a worker or anywhere else, and
 * gives what it wrote, nothing of the session around it.
 *
 * @param lines one command each, without comments, blocks or macros.
 * @throws LeaseError `NO_CONTAINER` where that IRIS is no container of this registry's, IrisContainerError
 *   `OBJECTSCRIPT_FAILED` with what the session wrote, IrisDevtesterError `IRIS_CONNECTION_INVALID` where the environment
 *   names none, EngineError.
 */
export async function execIris(lines: readonly string[], options: ExecOptions = {}): Promise<string> {
  const { instance, values = {} } = options
  const { port, namespace } = fromEnvironment(
    instance === undefined ? process.env : environmentOf(process.env, instance),
  )
  const engine = await findEngine()
  const { registryId } = new PortRegistry()
  const labels = [`${LABELS.registry}=${registryId}`, `${LABELS.port}=${port}`]
  const [container] = (await engine.listContainers({ labels })).filter(({ State }) => State === 'running')
  if (!container) throw noContainer(port)
  return runObjectScript(engine, container.Id, { namespace: options.namespace ?? namespace, lines, values })
}

function noContainer(port: number): LeaseError {
  return new LeaseError({
    code: 'NO_CONTAINER',
    message: `No running container of this registry has the superserver port ${port}, so there is no session to run ObjectScript in.`,
    hint: 'To use a container: unset IRIS_URL IRIS_HOST IRIS_PORT',
    details: { port },
  })
}

import { PortRegistry, type PortRegistryOptions } from '@iris-devtester/core/ports'

/** A registry on a server as a user opens one, by its address; of an engine that isn't asked. */
export function openFleet(url: string, engine = 'engine', more: PortRegistryOptions = {}): PortRegistry {
  const env = { ...process.env, IRIS_DEVTESTER_REGISTRY: url, IRIS_DEVTESTER_ENGINE: engine, IRIS_DEVTESTER_RUN_ID: '' }
  return new PortRegistry({ env, docker: false, onWarning: () => undefined, ...more })
}

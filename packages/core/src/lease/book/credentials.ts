import { DEFAULT_SETTINGS, type IrisSettings } from '../../container/iris-settings.ts'
import { readSettings } from '../../container/settings-file.ts'
import { type Fingerprints, isDefault } from '../../container/settings-fingerprints.ts'
import type { EngineClient } from '../../engine/engine-client.ts'

/** Who logs in, and where to. */
export type Credentials = Pick<IrisSettings, 'namespace' | 'username' | 'password'>

const NAMES = ['namespace', 'username', 'password'] as const

/**
 * Who logs in to a container: what was asked for, else what the container carries in it. A container that has the default
 * ones isn't asked.
 *
 * @throws EngineError
 */
export async function credentialsFor(
  engine: EngineClient,
  id: string,
  own: Fingerprints,
  asked: { readonly [Name in keyof Credentials]?: string | undefined },
): Promise<Credentials> {
  const isKnown = NAMES.every((name) => asked[name] !== undefined || isDefault(own, name))
  const { namespace, username, password } = (isKnown ? undefined : await readSettings(engine, id)) ?? DEFAULT_SETTINGS
  return {
    namespace: asked.namespace ?? namespace,
    username: asked.username ?? username,
    password: asked.password ?? password,
  }
}

/** Which container engine a registry's ports are on. */
export interface EngineIdentity {
  /** The same from whichever machine it is asked. */
  readonly id: string
  /** How this machine reaches it, in `DOCKER_HOST`'s form; `undefined` where that isn't known. */
  readonly address?: string
}

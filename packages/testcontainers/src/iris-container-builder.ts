import {
  DEFAULT_IMAGE,
  type IrisSettings,
  invalidSetting,
  normaliseProjectPath,
  type PortRegistry,
} from '@iris-devtester/core/container'
import { GenericContainer } from 'testcontainers'

/** The options of an {@link IRISContainer}. */
export abstract class IRISContainerBuilder extends GenericContainer {
  protected settings: Partial<IrisSettings>
  protected registry: PortRegistry | undefined
  protected projectPath: string | undefined
  protected preferredPort: number | undefined

  /** @param image default: `IRIS_IMAGE` in the environment, else the official Community image. */
  constructor(image: string = process.env.IRIS_IMAGE || DEFAULT_IMAGE) {
    super(image)
    this.settings = { image }
    // No reaper container is pulled or started: our own reaper cleans up after a run.
    this.withAutoCleanup(false)
  }

  /** The namespace connections use; created at start when it isn't one of IRIS's own. Default `USER`. */
  withNamespace(namespace: string): this {
    return this.#with({ namespace })
  }

  /** The user to create. Default `test`. */
  withUsername(username: string): this {
    return this.#with({ username })
  }

  /** The user's password. Default `test`. */
  withPassword(password: string): this {
    return this.#with({ password })
  }

  /** A licence key file of this machine, as an absolute path: for enterprise images. */
  withLicenseKey(path: string): this {
    return this.#with({ licenseKey: path })
  }

  /** Lines of a configuration merge file, `[section]` lines among them, added to our own. */
  withMergeLines(lines: readonly string[]): this {
    return this.#with({ mergeLines: lines })
  }

  /** The host address that ports are bound to. Default `127.0.0.1`. */
  withBindAddress(bindAddress: string): this {
    return this.#with({ bindAddress })
  }

  /** Memory for database buffers, in MiB. Default 128. */
  withGlobalBuffers(megabytes: number): this {
    return this.#with({ globalBuffersMb: megabytes })
  }

  /** Reserves the ports in this registry from `start()` to `stop()`. */
  withPortRegistry(registry: PortRegistry): this {
    this.registry = registry
    return this
  }

  /** The project the ports are reserved for: an absolute path. Default: the working directory at the start. */
  withProjectPath(path: string): this {
    this.projectPath = normaliseProjectPath(path)
    return this
  }

  /** The one superserver port that will do: one that is taken is a `PortConflictError` at the start. */
  withPreferredPort(port: number): this {
    this.preferredPort = port
    return this
  }

  /**
   * Not here: the library's reuse doesn't tell projects, ports or memory apart, and removes what it can't wait for.
   *
   * @throws IrisContainerError `SETTING_INVALID`
   */
  override withReuse(): never {
    throw invalidSetting('withReuse', true, 'left out: acquireIris() finds and shares the container of a project')
  }

  #with(settings: Partial<IrisSettings>): this {
    this.settings = { ...this.settings, ...settings }
    return this
  }
}

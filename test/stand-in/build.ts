/**
 * Builds the stand-in image: this machine's Node binary, its libraries, and the sources in `src/`. It needs an engine, but
 * no network and no docker command. Run: `node test/stand-in/build.ts [--tag name]`.
 */
import { createHash } from 'node:crypto'
import { realpathSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { IRIS_OWNER, nodeFiles, ownFiles } from './image/image-files.ts'
import { importImage } from './image/import-image.ts'
import { packTar, type TarEntry } from './image/tar.ts'

export const STAND_IN_TAG = 'iris-devtester/stand-in:latest'
/** Every stand-in image carries this label, with the value `true`. */
export const STAND_IN_LABEL = 'iris-devtester.stand-in'
const HASH_LABEL = `${STAND_IN_LABEL}.hash`

export interface BuildOptions {
  /** `name` or `name:tag`. Default {@link STAND_IN_TAG}. */
  readonly tag?: string
  /** The engine's address in `DOCKER_HOST`'s form. Default: the one the product finds. */
  readonly engineHost?: string
}

export interface BuildResult {
  readonly tag: string
  /** How long it took, in seconds. */
  readonly seconds: number
  /** Whether an image of the same content was there already. */
  readonly reused: boolean
}

/**
 * Builds the stand-in image, unless the engine has it already.
 *
 * @throws EngineError `ENGINE_NOT_FOUND`; Error when this machine's Node isn't a Linux one of at least version 24.
 */
export async function buildStandIn({ tag = STAND_IN_TAG, engineHost }: BuildOptions = {}): Promise<BuildResult> {
  const start = performance.now()
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new Error(
      `The stand-in runs its TypeScript on Node 24 and is made of the Node that builds it; this is ${process.version}.`,
    )
  }
  const name = tag.includes(':', tag.lastIndexOf('/') + 1) ? tag : `${tag}:latest`
  const engine = await findEngine(engineHost ? { env: { ...process.env, DOCKER_HOST: engineHost } } : {})
  const node = realpathSync(process.execPath)
  const own = ownFiles()
  const hash = contentHash(own, node)
  const image = (await engine.inspectImage(name)) as { Config?: { Labels?: Record<string, string> | null } } | undefined
  const reused = image?.Config?.Labels?.[HASH_LABEL] === hash
  if (!reused) {
    await importImage(engine.endpoint, name, packTar([...nodeFiles(node), ...own]), [
      'ENTRYPOINT ["/iris-main"]',
      `USER ${IRIS_OWNER}:${IRIS_OWNER}`,
      'WORKDIR /home/irisowner',
      'EXPOSE 1972 52773',
      'ENV PATH=/usr/bin:/bin HOME=/home/irisowner ISC_PACKAGE_INSTANCENAME=IRIS ISC_PACKAGE_INSTALLDIR=/usr/irissys',
      `LABEL ${STAND_IN_LABEL}=true ${HASH_LABEL}=${hash}`,
    ])
  }
  return { tag: name, seconds: (performance.now() - start) / 1000, reused }
}

function contentHash(own: readonly TarEntry[], node: string): string {
  const hash = createHash('sha256')
  for (const { path, mode, owner, content } of own) hash.update(`${path} ${mode} ${owner}\n`).update(content ?? '')
  // Reading 120 MB to find that nothing changed would cost more than the rest.
  return hash.update(`${process.version} ${process.arch} ${statSync(node).size}`).digest('hex')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { tag: { type: 'string' } } })
  const { tag, seconds, reused } = await buildStandIn(values.tag ? { tag: values.tag } : {})
  console.log(`${tag}: ${reused ? 'already there' : 'built'} (${seconds.toFixed(1)} s)`)
}

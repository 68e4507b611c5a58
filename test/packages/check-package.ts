import { readFile } from 'node:fs/promises'
import { checkPackage as checkTypes, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { isAcceptedMessage, isAcceptedProblem } from './accepted-problems.ts'
import type { PackedPackage } from './packed-packages.ts'

/**
 * What publint (strict) and are-the-types-wrong find wrong with a package as it would be published.
 *
 * @returns one sentence a finding; empty when the package is right.
 */
export async function checkPackage({ folder, tarball, manifest }: PackedPackage): Promise<string[]> {
  const data = await readFile(tarball)
  const lint = await publint({ pack: { tarball: new Uint8Array(data).buffer }, strict: true })
  const found = lint.messages
    .filter((message) => !isAcceptedMessage(folder, message))
    .map((message) => `publint ${message.code}: ${formatMessage(message, manifest)}`)
  // A package of commands alone has no types to be wrong.
  if (Object.keys(manifest.exports).every((entry) => entry === './package.json')) return found
  const types = await checkTypes(createPackageFromTarballData(data))
  if (types.types === false) return [...found, 'are-the-types-wrong: it has no types']
  const wrong = types.problems.filter((problem) => !isAcceptedProblem(folder, problem))
  return [...found, ...wrong.map((problem) => `are-the-types-wrong ${JSON.stringify(problem)}`)]
}

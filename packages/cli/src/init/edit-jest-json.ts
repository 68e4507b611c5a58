/**
 * Adds the preset to a Jest configuration in JSON; one with a preset of its own can't have two.
 *
 * @param inManifest whether it is the `jest` key of a `package.json`.
 */
export function editJestJson(source: string, inManifest: boolean): string | undefined {
  const whole = JSON.parse(source) as Record<string, unknown>
  const config = (inManifest ? whole.jest : whole) as Record<string, unknown>
  if (config.preset === '@iris-devtester/jest') return source
  if (config.preset !== undefined || config.testEnvironment !== undefined) return undefined
  const edited = { preset: '@iris-devtester/jest', ...config }
  const indent = /^\{\s*?\n([ \t]+)/.exec(source)?.[1] ?? '  '
  return `${JSON.stringify(inManifest ? { ...whole, jest: edited } : edited, undefined, indent)}\n`
}

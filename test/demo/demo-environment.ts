/** Variables that would send the demonstration's projects to an IRIS or a project of the user's own. */
const unwanted = [
  'IRIS_URL',
  'IRIS_HOST',
  'IRIS_PORT',
  'IRIS_WEB_PORT',
  'IRIS_NAMESPACE',
  'IRIS_USERNAME',
  'IRIS_PASSWORD',
  'IRIS_PROJECT_PATH',
]

/**
 * The environment of the demonstration's runs: a registry that goes away with it, and containers that are stopped at the
 * end of a run, as in continuous integration.
 */
export function demoEnvironment(env: NodeJS.ProcessEnv, home: string): NodeJS.ProcessEnv {
  const wanted = Object.entries(env).filter(([name]) => !unwanted.includes(name) && !name.startsWith('VITEST'))
  return { ...Object.fromEntries(wanted), IRIS_DEVTESTER_HOME: home, CI: 'true', NO_COLOR: '1', FORCE_COLOR: undefined }
}

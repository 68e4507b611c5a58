/**
 * The environment of the demonstration's runs: none of the user's own settings but the image and the engine, a registry
 * that goes away with the demonstration.
 *
 * @param keep what is to become of the containers when a run ends
 */
export function demoEnvironment(env: NodeJS.ProcessEnv, home: string, keep: 'warm' | 'stop'): NodeJS.ProcessEnv {
  const { IRIS_IMAGE, ...others } = env
  const wanted = Object.entries(others).filter(([name]) => !/^(IRIS_|VITEST|FORCE_COLOR$)/.test(name))
  return {
    ...Object.fromEntries(wanted),
    IRIS_IMAGE,
    IRIS_DEVTESTER_HOME: home,
    IRIS_DEVTESTER_KEEP: keep,
    NO_COLOR: '1',
  }
}

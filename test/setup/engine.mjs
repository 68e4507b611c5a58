import { aptInstall } from './apt.mjs'
import { dockerAddress, startDockerd } from './dockerd.mjs'
import { engineAddresses } from './engine-addresses.mjs'
import { engineAdvice } from './engine-advice.mjs'
import { engineProblem } from './engine-ping.mjs'
import { SetUpError } from './set-up-error.mjs'
import { say } from './step.mjs'
import { findProgram, isDebian, thisSystem } from './system.mjs'

/**
 * Sees to it that a container engine answers: finds one, or starts Docker, or installs it first. The last two only as root
 * on Debian or Ubuntu, where nobody named another engine and `IRIS_DEVTESTER_INSTALL_DOCKER=0` doesn't forbid it.
 *
 * @throws {SetUpError} with what was tried and the steps for this system
 */
export async function provideEngine(env = process.env, system = thisSystem()) {
  const { addresses, namedBy } = engineAddresses(env)
  const tried = await Promise.all(
    addresses.map(async (address) => ({ address, problem: await engineProblem(address) })),
  )
  const found = tried.find(({ problem }) => problem === undefined)
  if (found) return { already: true, what: `answers at ${found.address}`, address: found.address }

  const daemon = findProgram(['dockerd'], env)
  const installed = Boolean(system.platform === 'linux' ? daemon : findProgram(['docker', 'docker.exe'], env))
  const may = mayInstall(system, { namedBy, setting: env.IRIS_DEVTESTER_INSTALL_DOCKER })
  if (!may) {
    const list = tried.map(({ address, problem }) => `  ${address}: ${problem}`).join('\n')
    const denied = tried.some(({ problem }) => problem === 'permission denied')
    throw new SetUpError(
      `No container engine answers. IRIS runs in a container, so one is needed. Tried${namedBy ? ` what ${namedBy} names` : ''}:\n${list}`,
      engineAdvice(system, { installed, denied, namedBy }),
    )
  }
  if (!daemon) {
    say('No container engine answers here. Installing Docker with apt-get (docker.io, iptables), about a minute.')
    say('To forbid that: IRIS_DEVTESTER_INSTALL_DOCKER=0')
    await aptInstall(['docker.io', 'iptables'])
    // Installing may have started it.
    if ((await engineProblem(dockerAddress)) === undefined) {
      return { already: false, what: `installed, answers at ${dockerAddress}`, address: dockerAddress }
    }
  }
  say('Docker is installed but not running. Starting it; it goes on running afterwards.')
  const stop = await startDockerd(findProgram(['dockerd'], env) ?? 'dockerd')
  return { already: false, what: `started, answers at ${dockerAddress}; stop it with: ${stop}`, address: dockerAddress }
}

/**
 * Whether the set-up may install and start an engine by itself.
 *
 * @param {import('./system.mjs').System} system
 * @param {{ namedBy: string | undefined, setting: string | undefined }} wishes
 */
export function mayInstall(system, { namedBy, setting }) {
  return setting !== '0' && namedBy === undefined && system.administrator && isDebian(system)
}

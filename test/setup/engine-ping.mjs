import { get } from 'node:http'
import { connect } from 'node:net'

/**
 * Whether an engine answers at an address in `DOCKER_HOST`'s form.
 *
 * @param {string} address
 * @param {number} [timeoutMs]
 * @returns {Promise<string | undefined>} what is wrong: `undefined` when it answers, else `no such socket`,
 *   `permission denied`, `nobody listens`, `no answer`, `not an engine`, or the system's own code
 */
export async function engineProblem(address, timeoutMs = 2_000) {
  const [, scheme, rest] = /^(\w+):\/\/(.+)$/.exec(address) ?? []
  if (!scheme || !rest) return 'no address'
  if (scheme === 'unix' || scheme === 'npipe') return ping({ socketPath: rest }, timeoutMs)
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    const url = new URL(`http://${rest}`)
    // With or without TLS: somebody listens. The product looks closer.
    return listens(url.hostname.replace(/^\[|\]$/g, ''), Number(url.port || 2375), timeoutMs)
  }
  return `${scheme}:// can't be used here`
}

/**
 * @param {{ socketPath: string }} where
 * @param {number} timeoutMs
 * @returns {Promise<string | undefined>}
 */
function ping(where, timeoutMs) {
  return new Promise((resolve) => {
    const request = get({ ...where, path: '/_ping', timeout: timeoutMs, headers: { host: 'docker' } }, (response) => {
      response.resume()
      resolve(response.statusCode === 200 ? undefined : 'not an engine')
    })
    request.once('timeout', () => {
      resolve('no answer')
      request.destroy()
    })
    request.once('error', (error) => resolve(inWords(error)))
  })
}

/**
 * @param {string} host
 * @param {number} port
 * @param {number} timeoutMs
 * @returns {Promise<string | undefined>}
 */
function listens(host, port, timeoutMs) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    /** @param {string | undefined} problem */
    const done = (problem) => {
      resolve(problem)
      socket.destroy()
    }
    socket.once('connect', () => done(undefined))
    socket.once('timeout', () => done('no answer'))
    socket.once('error', (error) => done(inWords(error)))
  })
}

/** @param {NodeJS.ErrnoException} error */
function inWords(error) {
  if (error.code === 'ENOENT') return 'no such socket'
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'permission denied'
  if (error.code === 'ECONNREFUSED') return 'nobody listens'
  return error.code ?? error.message
}

import { spawn } from 'node:child_process'
import { root, toolEnvironment } from './workspace.mjs'

/** @type {readonly NodeJS.Signals[]} */
const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a program of the workspace to its end with its output shown as it comes. Being interrupted is the program's matter:
 * it is told, and waited for while it cleans up.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 + the number of the signal that ended it is reported as 1
 */
export function show(command, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: toolEnvironment(env),
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: needsShell(command),
    })
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => child.kill(signal)
    for (const signal of interruptions) process.on(signal, forward)
    child.once('error', reject)
    child.once('close', (code) => {
      for (const signal of interruptions) process.off(signal, forward)
      resolve(code ?? 1)
    })
  })
}

/**
 * Runs a program of the workspace to its end and gives what it printed. With `echo` its standard output is shown instead.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, echo?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>} `output`: standard output and error in order
 */
export function capture(command, args, { env = process.env, echo = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: toolEnvironment(env),
      stdio: ['ignore', echo ? 'inherit' : 'pipe', 'pipe'],
      shell: needsShell(command),
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += chunk
      })
    }
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * The last lines of a program's output, for an error message.
 * @param {string} output
 */
export function tail(output, lines = 20) {
  return output.trimEnd().split('\n').slice(-lines).join('\n')
}

/**
 * npm's own commands are batch files on Windows.
 * @param {string} command
 */
function needsShell(command) {
  return process.platform === 'win32' && !command.includes('\\')
}

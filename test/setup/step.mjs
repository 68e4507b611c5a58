/**
 * What a step did. `already`: there was nothing to do.
 * @typedef {{ readonly already: boolean, readonly what: string }} Outcome
 */

/**
 * Runs one step and prints one line for it: a tick, or a dot where nothing had to be done; its name; what came of it; how
 * long it took.
 *
 * @template {Outcome} Result
 * @param {string} title
 * @param {() => Promise<Result>} work
 * @returns {Promise<Result>}
 */
export async function step(title, work) {
  const started = performance.now()
  const result = await work()
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  console.log(`${result.already ? '·' : '✓'} ${title.padEnd(9)} ${result.what}  (${seconds} s)`)
  return result
}

/**
 * Says what a step is about to do when that takes long or changes the machine.
 * @param {string} text
 */
export function say(text) {
  console.log(text.replace(/^/gm, '  '))
}

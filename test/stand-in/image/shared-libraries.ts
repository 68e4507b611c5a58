import { execFileSync } from 'node:child_process'

/**
 * The shared libraries a program needs, the loader among them, by absolute path, as `ldd` finds them.
 *
 * @throws Error where there is no `ldd`, or a library is missing.
 */
export function sharedLibraries(program: string): string[] {
  let output: string
  try {
    output = execFileSync('ldd', [program], { encoding: 'utf8' })
  } catch (cause) {
    throw new Error(
      `The stand-in image is made of this machine's Node binary, which must be a Linux one: ldd ${program} failed.`,
      { cause },
    )
  }
  return parseLdd(output)
}

/** Reads what `ldd` prints: `libm.so.6 => /lib/libm.so.6 (0x…)` or `/lib64/ld-linux-x86-64.so.2 (0x…)`. */
function parseLdd(output: string): string[] {
  if (/not found/.test(output)) throw new Error(`Node lacks a library of this machine:\n${output}`)
  const paths = [...output.matchAll(/(?:=>\s+|^\s+)(\/\S+)\s+\(/gm)].map(([, path]) => path ?? '')
  return [...new Set(paths)]
}

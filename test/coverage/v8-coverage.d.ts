// The package brings no types of its own.
declare module '@bcoe/v8-coverage' {
  import type { Profiler } from 'node:inspector'

  /** Adds up what several processes ran, script by script. */
  export function mergeProcessCovs(processes: readonly { readonly result: readonly Profiler.ScriptCoverage[] }[]): {
    readonly result: readonly Profiler.ScriptCoverage[]
  }
}

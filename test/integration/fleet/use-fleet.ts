import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { FleetHome, onMachine } from './fleet-home.ts'

const PROGRAM = fileURLToPath(new URL('./machine-process.ts', import.meta.url))

/** Makes every lease on the server as old as one that nobody renews. */
export const HOUR_AGO = "update iris_devtester.lease set renewed_at = clock_timestamp() - interval '1 hour'"

/** The fleet of the suite that has called {@link useFleet}. */
export let fleet: FleetHome
let machines: ReturnType<typeof onMachine>[] = []

/** Gives the suite that calls it a fleet, and ends after each test the machines that it has started. */
export function useFleet(): void {
  beforeAll(async () => {
    fleet = await FleetHome.create()
  })
  afterEach(async () => {
    vi.unstubAllEnvs()
    for (const { child } of machines) child.kill('SIGKILL')
    await Promise.all(machines.map(({ ended }) => ended))
    machines = []
  })
  afterAll(() => fleet[Symbol.asyncDispose]())
}

/** Runs the program of these tests on another machine, and waits for what it says when it is ready. */
export async function machine(
  name: string,
  words: readonly string[],
  said: RegExp,
  env: Record<string, string> = {},
): Promise<ReturnType<typeof onMachine>> {
  const started = onMachine(name, [process.execPath, PROGRAM, ...words], { ...fleet.env(name), ...env })
  machines.push(started)
  await expect.poll(() => started.output, { timeout: 60_000 }).toMatch(said)
  return started
}

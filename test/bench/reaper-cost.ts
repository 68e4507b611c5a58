import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const TICKS_PER_SECOND = 100
const PAGES_PER_MB = 256

/** What a process has used. */
export interface ProcessCost {
  readonly residentMb: number
  readonly cpuPercent: number
  readonly seconds: number
}

/** Watches a process for a while; its start isn't part of it. */
export async function watchReaper(pid: number, seconds: number): Promise<ProcessCost> {
  const before = read(pid)
  const began = performance.now()
  await sleep(seconds * 1_000)
  const after = read(pid)
  const passed = (performance.now() - began) / 1_000
  return {
    residentMb: after.residentMb,
    cpuPercent: (100 * (after.ticks - before.ticks)) / TICKS_PER_SECOND / passed,
    seconds,
  }
}

function read(pid: number): { ticks: number; residentMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { ticks: Number(fields[11]) + Number(fields[12]), residentMb: Number(fields[21]) / PAGES_PER_MB }
}

import { createContext } from 'preact'
import { useContext, useEffect, useState } from 'preact/hooks'

/** The time of the page, which goes on in steps. */
export const Now = createContext(Date.now())

const STEP_MS = 15_000

export function useNow(): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), STEP_MS)
    return () => clearInterval(timer)
  }, [])
  return now
}

/** How long ago, as coarse as a person would say it. */
export function Ago({ at }: { readonly at: string }) {
  const now = Math.max(useContext(Now), Date.now() - STEP_MS)
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()}>
      {duration(now - Date.parse(at))} ago
    </time>
  )
}

/** `45 s`, `3 min`, `2 h`, `5 d`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

/** `0.4 s`, or `12 ms` for what is short. */
export function seconds(ms: number): string {
  return ms < 100 ? `${ms} ms` : `${(ms / 1_000).toFixed(1)} s`
}

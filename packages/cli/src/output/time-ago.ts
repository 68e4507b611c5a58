/** `3 min ago`, as coarse as a person would say it. */
export function timeAgo(time: string | Date, now: number = Date.now()): string {
  return `${duration(now - new Date(time).getTime())} ago`
}

/** `45 s`, `3 min`, `2 h`, `5 d`. */
export function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  if (seconds < 120) return `${seconds} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3_600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

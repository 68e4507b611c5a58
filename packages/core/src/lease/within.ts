/**
 * Waits for work no longer than a limit; the work itself goes on.
 *
 * @param who is to be blamed when it takes too long.
 * @throws Error when the limit has passed; what the work throws before that.
 */
export async function within<T>(limitMs: number, who: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${who} did not answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}

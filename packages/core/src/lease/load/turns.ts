/** Lets the works on one thing follow each other, in the order in which they were asked for. Works on others don't wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>()

  take<Result>(thing: string, work: () => Promise<Result>): Promise<Result> {
    const done = (this.#last.get(thing) ?? Promise.resolve()).then(work)
    // Its own caller gets the reason.
    const settled = done.catch(() => {})
    this.#last.set(thing, settled)
    settled.then(() => {
      if (this.#last.get(thing) === settled) this.#last.delete(thing)
    })
    return done
  }
}

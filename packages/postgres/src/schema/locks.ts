/**
 * The advisory lock that each commit to a registry takes first and keeps until it is done: the server grants it in the order in
 * which it was asked for. As the arguments of a function.
 *
 * @param engine an expression of the server's
 */
export const turnLock = (engine: string) => `(4951438, hashtext(${engine}))`

/** The advisory lock that those share who want to hear of a registry's commits; as {@link turnLock}. */
export const listenerLock = (engine: string) => `(4951439, hashtext(${engine}))`

/** The variable that names the user's id. */
export const USER_ID = 'IRIS_TEST_USER_ID'

/**
 * Makes this process the user of {@link USER_ID}, once its modules are loaded: the user may not be able to read them, for
 * example in a clone of mode 0700.
 */
export function becomeUser(): void {
  const id = Number(process.env[USER_ID] ?? 0)
  if (id === 0) return
  process.setgroups?.([])
  process.setgid?.(id)
  process.setuid?.(id)
}

import { readSources } from '../../packages/core/src/lease/load/read-sources.ts'
import { becomeUser } from './become-user.ts'

/**
 * Finds and reads files to load as another user, and prints their paths or the refusal.
 *
 *   node test/faults/read-sources-as.ts <project folder> <pattern>…
 */
const [folder = '', ...patterns] = process.argv.slice(2)
// What is imported on first use is imported before the user changes, who may not be able to read it.
await readSources(patterns, folder)
becomeUser()
try {
  console.log(JSON.stringify((await readSources(patterns, folder)).map(({ path }) => path)))
} catch (error) {
  const { code, message } = error as { readonly code?: unknown; readonly message: string }
  console.log(JSON.stringify({ code, message }))
}

/** Writes docs/cli.md. Run: `node packages/cli/src/documentation/write-page.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { COMMANDS } from '../definitions/index.ts'
import { commandPage } from './command-page.ts'

const path = join(import.meta.dirname, '../../../../docs/cli.md')
mkdirSync(dirname(path), { recursive: true })
writeFileSync(path, commandPage(COMMANDS))

#!/usr/bin/env node
import packageJson from '../package.json' with { type: 'json' }
import { surviveUnwritableOutput } from './output/unwritable-output.ts'
import { runCli } from './run-cli.ts'

surviveUnwritableOutput()
process.exitCode = await runCli(process.argv.slice(2), packageJson.version)

#!/usr/bin/env node
import packageJson from '../package.json' with { type: 'json' }
import { surviveClosedPipes } from './output/closed-pipes.ts'
import { runCli } from './program/run-cli.ts'

surviveClosedPipes()
process.exitCode = await runCli(process.argv.slice(2), packageJson.version)

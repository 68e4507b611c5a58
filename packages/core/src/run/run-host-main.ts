import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { OnFailure } from '../lease/index.ts'
import { identify, livenessOf } from '../process/process-identity.ts'
import { HostedConfigurations } from './hosted-configurations.ts'
import { isHosted } from './run-client.ts'
import { addressOf, REQUEST_VARIABLE, type RunRequest } from './run-host.ts'

/** How often to look whether the runner still lives, in ms. */
const WATCH_MS = 250

const text = process.env[REQUEST_VARIABLE]
if (text === undefined)
  throw new Error(`usage: ${REQUEST_VARIABLE}='{"runner":<pid>,"request":{…}}' run-host [--announce]`)
const { runner, request: wanted } = JSON.parse(text) as { runner: number; request: RunRequest }
const announces = process.argv.includes('--announce')
const owner = identify(runner)
const server = createServer()

// Whoever read what is printed may be gone.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
if (await listen()) await hold(new HostedConfigurations(wanted))
else if (announces)
  fail(`Another process holds the IRIS of the run with pid ${runner} already. Start it once for a run.`)

/** Of several hosts for one runner, the one that can listen is it. */
async function listen(): Promise<boolean> {
  for (;;) {
    const problem = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve).listen(addressOf(runner), () => resolve(undefined))
    })
    if (!problem) return true
    if (problem.code !== 'EADDRINUSE') throw problem
    if (await isHosted(runner)) return false
    // Left behind by one that was killed.
    rmSync(addressOf(runner), { force: true })
  }
}

async function hold(hosted: HostedConfigurations): Promise<void> {
  let ending: Promise<void> | undefined
  const end = () => {
    ending ??= hosted
      .release()
      .catch((error: Error) => fail(error.message))
      .finally(() => server.close(() => process.exit()))
    return ending
  }
  server.on('request', ({ url }, response) => {
    answer(hosted, end, url).then(
      (value) => response.end(JSON.stringify(value ?? null)),
      ({ code, summary, message, hint, details }) =>
        response.writeHead(500).end(JSON.stringify({ code, message: summary ?? message, hint, details })),
    )
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  setInterval(() => livenessOf(owner) === 'dead' && end(), WATCH_MS)
  // Without an announcement, each configuration begins when a worker asks for it.
  if (!announces) return
  try {
    process.stdout.write(await hosted.configuration().announcement())
  } catch (error) {
    if (ending) return
    fail((error as Error).message)
    await end()
  }
}

async function answer(hosted: HostedConfigurations, end: () => Promise<void>, path = ''): Promise<unknown> {
  const [, question, argument, wantedText = '%7B%7D', ...words] = path.split('/')
  switch (question) {
    case 'connection':
      return hosted
        .configuration(JSON.parse(decodeURIComponent(wantedText)) as RunRequest)
        .connectionsFor(Number(argument))
    case 'keep': {
      const [test = '', asked] = words.map(decodeURIComponent)
      const found = hosted.find(JSON.parse(decodeURIComponent(wantedText)) as RunRequest)
      return found?.keepCopies(Number(argument), test, asked as OnFailure | undefined)
    }
    case 'log':
      return hosted.newLog(Number(argument))
    case 'end':
      return end()
    default:
      return true
  }
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

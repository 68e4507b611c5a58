import { probeSuperserver } from '../../../packages/core/src/container/superserver-handshake.ts'
import { type Fact, finding, same } from '../fact.ts'

const ORDER = [
  /\[INFO\] Starting InterSystems IRIS instance IRIS/,
  /Private webserver started on 52773/,
  /Enabling logons/,
  /\[INFO\] \.\.\.started InterSystems IRIS instance IRIS/,
]

/** How a container of IRIS starts and ends. */
export const START_UP: readonly Fact[] = [
  {
    claim: 'The log says starting, web server, logons, started: in this order',
    check: async (iris) => {
      const log = await iris.engine.logs((await iris.shared()).id)
      const places = ORDER.map((line) => log.search(line))
      return finding(
        places.every((place, at) => place >= 0 && place >= (places[at - 1] ?? 0)),
        `at ${places.join(', ')}`,
      )
    },
  },
  {
    claim: 'The superserver answers a handshake before logons are enabled',
    check: async (iris) => {
      await using container = await iris.launch()
      const port = await container.port(1972)
      for (;;) {
        const outcome = await probeSuperserver('127.0.0.1', port)
        const log = await iris.engine.logs(container.id)
        const open = log.includes('Enabling logons')
        if (outcome === 'superserver')
          return finding(!open, `logons were ${open ? 'enabled' : 'not enabled'} when it answered`)
        const state = (await iris.engine.inspectContainer(container.id))?.State
        if (!state?.Running) return { verdict: 'unknown', saw: `the container ended: ${log.slice(-200)}` }
      }
    },
  },
  {
    claim: 'A session before the end of the start is refused, with exit code 239',
    check: async (iris) => {
      await using container = await iris.launch()
      for (;;) {
        const { exitCode, stdout } = await container.exec(['iris', 'session', 'IRIS', '-U', 'USER'], {
          stdin: 'Halt\n',
        })
        if (exitCode === 0) return { verdict: 'unknown', saw: 'no session came early enough' }
        if (/Sign-on inhibited/.test(stdout)) return same(exitCode, 239)
      }
    },
  },
  {
    claim: '`iris qlist` says running, with the superserver and the web port in its sixth and seventh place',
    check: async (iris) => {
      const { stdout } = await (await iris.shared()).exec(['iris', 'qlist', 'IRIS'])
      const [, , , state = '', , superserver, web] = stdout.trim().split('^')
      return same([/^running/.test(state), superserver, web], [true, '1972', '52773'])
    },
  },
  {
    claim: 'It runs as user 51773',
    check: async (iris) => {
      const response = await iris.engine.open(`/containers/${(await iris.shared()).id}/top`, {
        query: { ps_args: '-eo uid,pid,args' },
      })
      const { Processes } = JSON.parse((await response.toArray()).join('')) as { Processes: string[][] }
      return same([...new Set(Processes.map(([uid]) => uid))], ['51773'])
    },
  },
  {
    claim: 'Asked to stop, it ends with exit code 0 and says so in the log',
    check: async (iris) => {
      await using container = await iris.fresh()
      await iris.engine.stopContainer(container.id, 60)
      const { exitCode, log } = await container.end()
      return same([exitCode, log.includes('...stopped')], [0, true])
    },
  },
]

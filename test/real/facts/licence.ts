import type { BareContainer } from '../../stand-in/testing/bare-container.ts'
import { call } from '../../stand-in/testing/web-client.ts'
import { connectAs } from '../../stand-in/testing/wire-client.ts'
import { type Fact, same } from '../fact.ts'
import { ACCOUNT, RealIris, rootStatus } from '../real-iris.ts'

const UNITS = 8
const ROOT = '/api/atelier/'

/** A container with as many units taken, each by a call without cookies, as it gives. */
async function exhausted(iris: RealIris): Promise<{ container: BareContainer; codes: number[] }> {
  const container = await iris.fresh({ merge: { text: RealIris.mergeText(), mode: 0o644 } })
  const codes: number[] = []
  for (let i = 0; i <= UNITS; i++) codes.push(await rootStatus(container, ACCOUNT.user, ACCOUNT.password))
  return { container, codes }
}

/** The units of a Community licence. */
export const LICENCE: readonly Fact[] = [
  {
    claim: 'Each call without cookies takes one of 8 units; the ninth is HTTP 503',
    check: async (iris) => {
      const { container, codes } = await exhausted(iris)
      await using _ = container
      return same(codes, [...Array<number>(UNITS).fill(200), 503])
    },
  },
  {
    claim: 'Calls that keep their cookies share one unit',
    check: async (iris) => {
      const web = await iris.web()
      const codes: number[] = []
      for (let i = 0; i < 2 * UNITS; i++) codes.push((await web.call(ROOT)).http)
      return same([...new Set(codes)], [200])
    },
  },
  {
    claim: 'CacheLogout=end frees the unit at once',
    check: async (iris) => {
      await using container = await iris.fresh({ merge: { text: RealIris.mergeText(), mode: 0o644 } })
      const port = await container.port(52773)
      const codes: number[] = []
      for (let i = 0; i <= UNITS; i++) {
        const { http, cookies } = await call(port, ROOT, ACCOUNT)
        codes.push(http)
        await call(port, `${ROOT}?CacheLogout=end`, { method: 'HEAD', cookies })
      }
      return same([...new Set(codes)], [200])
    },
  },
  {
    claim: 'A driver that finds no unit is refused with status 417',
    check: async (iris) => {
      const { container, codes } = await exhausted(iris)
      await using _ = container
      if (codes.at(-1) !== 503) return { verdict: 'unknown', saw: 'the units did not run out' }
      const { client, status } = await connectAs(await container.port(1972), ACCOUNT.user, ACCOUNT.password)
      client.close()
      return same(status, 417)
    },
  },
  {
    claim: 'A driver is let in with its password, and refused with 417 without',
    check: async (iris) => {
      const port = await (await iris.shared()).port(1972)
      const statuses = []
      for (const password of [ACCOUNT.password, 'wrong']) {
        const { client, status } = await connectAs(port, ACCOUNT.user, password)
        client.close()
        statuses.push(status)
      }
      return same(statuses, [0, 417])
    },
  },
]

import { expect, test } from 'vitest'
import { hasPostgres } from '../../machine/postgres-server.ts'
import { fleetStorm } from './fleet-storm.ts'

test.runIf(hasPostgres)(
  'processes of several machines assign while the server is killed: none doubled, none lost',
  async () => {
    const figures = await fleetStorm({ processes: 8, each: 5, machines: 4, kills: 1 })
    expect(figures).toMatchObject({ doubled: 0, lost: 0, unasked: 0, errors: {} })
    expect(figures.grants).toBe(40)
  },
)

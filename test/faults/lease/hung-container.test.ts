import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LeaseFixture } from './lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }
let fixture: LeaseFixture

beforeAll(async () => {
  fixture = await LeaseFixture.open()
})

afterAll(() => fixture[Symbol.asyncDispose]())

/** A warm container whose processes are all suspended: the kernel accepts connections for it, and nobody answers. */
async function hungContainer(projectPath: string): Promise<{ id: string; signal: (name: NodeJS.Signals) => void }> {
  const iris = await fixture.acquire({ projectPath, environment })
  await iris.release()
  const id = iris.container?.id ?? ''
  const { Processes } = await fixture.engine.call<{ Processes: string[][] }>(`/containers/${id}/top`, {
    query: { ps_args: '-o pid' },
  })
  const pids = Processes.map(([pid]) => Number(pid))
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids) process.kill(pid, name)
  }
  signal('SIGSTOP')
  return { id, signal }
}

describe('a warm container that hangs', () => {
  test('is reported as such, and the run leaves no lease', async () => {
    const projectPath = fixture.project()
    const { id, signal } = await hungContainer(projectPath)
    await expect(fixture.acquire({ projectPath, environment })).rejects.toMatchObject({
      code: 'CONTAINER_WAIT_TIMEOUT',
      message: expect.stringMatching(/iris_\S+ runs, but its superserver has not answered/),
      hint: expect.stringContaining('npx @iris-devtester/cli restart'),
    })
    expect(await fixture.holdings(projectPath)).toEqual({ containers: 1, leases: 0, ports: 2 })
    signal('SIGCONT')
    await using iris = await fixture.acquire({ projectPath, environment, keep: 'stop' })
    expect(iris.container).toMatchObject({ id, start: 'warm' })
  })

  test('is used as soon as it answers again', async () => {
    const projectPath = fixture.project()
    const { id, signal } = await hungContainer(projectPath)
    const acquiring = fixture.acquire({ projectPath, environment, keep: 'stop' })
    await sleep(700)
    expect(await Promise.race([acquiring, 'still asked'])).toBe('still asked')
    signal('SIGCONT')
    await using iris = await acquiring
    expect(iris.container).toMatchObject({ id, start: 'warm' })
  })

  test('and is restarted meanwhile is waited for', async () => {
    const projectPath = fixture.project()
    const { id } = await hungContainer(projectPath)
    const acquiring = fixture.acquire({ projectPath, environment, keep: 'stop' })
    await sleep(700)
    await fixture.engine.restartContainer(id, 0)
    await using iris = await acquiring
    expect(iris.container?.id).toBe(id)
    expect(await iris.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('does not delay an aborted run', async () => {
    const projectPath = fixture.project()
    await hungContainer(projectPath)
    const controller = new AbortController()
    const acquiring = fixture.acquire({ projectPath, environment, signal: controller.signal })
    await sleep(700)
    const reason = new Error('the user pressed q')
    controller.abort(reason)
    await expect(acquiring).rejects.toBe(reason)
    expect((await fixture.holdings(projectPath)).leases).toBe(0)
  })
})

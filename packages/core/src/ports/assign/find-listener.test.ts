import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { findListener } from './find-listener.ts'

const children: ChildProcess[] = []
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

/** A process that runs `script`, which prints a port. */
async function start(script: string): Promise<{ pid: number; port: number }> {
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.push(child)
  const [text] = (await once(child.stdout, 'data')) as [Buffer]
  return { pid: child.pid ?? 0, port: Number(text) }
}

const tcp = (host: string, remark = '') =>
  `const s = require('net').createServer().listen(0, '${host}', () => console.log(s.address().port))${remark}`

describe.runIf(process.platform === 'linux')('who listens on a port (known on Linux alone)', () => {
  test.each(['127.0.0.1', '::1', '::'])('on %s', async (host) => {
    const { pid, port } = await start(tcp(host))
    const command = `${process.execPath} -e ${tcp(host)}`.slice(0, 120)
    expect(findListener(port)).toEqual({ pid, command })
  })

  test('over UDP, which has no listening state', async () => {
    const script = `const s = require('dgram').createSocket('udp4').bind(0, '127.0.0.1', () => console.log(s.address().port))`
    const { pid, port } = await start(script)
    expect(findListener(port)).toMatchObject({ pid })
  })

  test('with no more of its command line than fits a message', async () => {
    const { port } = await start(tcp('127.0.0.1', ` // ${'x'.repeat(200)}`))
    expect(findListener(port)?.command).toHaveLength(120)
  })

  test('a port that somebody is only connected from has no listener', async () => {
    const { port } = await start(tcp('127.0.0.1'))
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const { localPort = 0 } = socket
    expect(localPort).toBeGreaterThan(0)
    expect(findListener(localPort)).toBeUndefined()
    socket.destroy()
  })

  test('nobody on a port that is free', async () => {
    const { port } = await start(tcp('127.0.0.1'))
    const [child] = children
    child?.kill('SIGKILL')
    if (child) await once(child, 'close')
    expect(findListener(port)).toBeUndefined()
  })
})

// The least a process has to do to attach: one list call on the engine's socket and one handshake.
import { request } from 'node:http'
import { connect } from 'node:net'

const socketPath = process.env.DOCKER_HOST?.replace('unix://', '') ?? '/var/run/docker.sock'
await new Promise((resolve, reject) => {
  const call = request({ socketPath, path: '/containers/json?all=true', headers: { Host: 'docker' } }, (response) => {
    response.resume()
    response.once('end', resolve)
  })
  call.once('error', reject)
  call.end()
})
await new Promise((resolve, reject) => {
  const socket = connect(Number(process.env.BENCH_PORT), '127.0.0.1', () =>
    socket.write(Buffer.from('02000000010000000000000048534300', 'hex')),
  )
  socket.once('data', resolve)
  socket.once('error', reject)
}).then(() => process.stdout.write('answered\n'))
process.exit(0)

import { connect, createServer, type Socket } from 'node:net'

// Listens on a socket and passes everything on to another one, or answers garbage itself. Ends when it is killed.
const [path = '', target = '', mode = 'pass'] = process.argv.slice(2)
const server = createServer((client: Socket) => {
  if (mode === 'garbage') {
    client.once('data', () =>
      client.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{"this is": not an engine'),
    )
    client.on('error', () => undefined)
    return
  }
  const engine = connect(target)
  client.pipe(engine).pipe(client)
  client.on('error', () => engine.destroy())
  engine.on('error', () => client.destroy())
})
server.listen(path, () => process.send?.('ready'))

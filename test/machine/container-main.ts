import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { IRISContainer } from '../../packages/testcontainers/src/iris-container.ts'
import type { ContainerReport, ContainerTask } from './container-process.ts'

const task = JSON.parse(process.argv[2] ?? '{}') as ContainerTask
const say = (report: ContainerReport) => console.log(JSON.stringify(report))

const container = new IRISContainer(task.image).withEnvironment({ STANDIN_BOOT_MS: '50', ...task.environment })
if (task.projectPath !== undefined) container.withPortRegistry(new PortRegistry()).withProjectPath(task.projectPath)
if (task.startupTimeoutMs !== undefined) container.withStartupTimeout(task.startupTimeoutMs)

const began = performance.now()
try {
  const started = await container.start()
  const rows = await started.connection.sql('SELECT 1 AS one')
  say({
    event: 'ready',
    id: started.getId(),
    name: started.getName(),
    host: started.getHost(),
    port: started.getPort(),
    rows,
  })
  if (task.afterwards === 'stay') setInterval(() => {}, 60_000)
  else {
    await started.stop()
    say({ event: 'stopped' })
  }
} catch (error) {
  const { name, code, message } = error as Error & { code: string }
  say({ event: 'failed', name, code, message, milliseconds: performance.now() - began })
}

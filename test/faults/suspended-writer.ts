import { PortRegistry } from '../../packages/core/src/ports/index.ts'

// Takes the lowest free port by hand, and is suspended between reading the registry and committing, the first time.
const [registryPath = '', project = '', first = ''] = process.argv.slice(2)
const registry = new PortRegistry({ registryPath, docker: false, onWarning: () => undefined })
let asked = 0
process.send?.('ready')
const port = await registry.update('take the lowest port', (draft) => {
  asked += 1
  const taken = new Set(draft.assignments.map((one) => one.port))
  let free = Number(first)
  while (taken.has(free)) free += 1
  draft.assignments.push({
    project_path: project,
    port: free,
    assigned_at: new Date().toISOString(),
    assignment_type: 'auto',
    status: 'active',
    container_name: null,
  })
  if (asked === 1) process.kill(process.pid, 'SIGSTOP')
  return free
})
process.send?.({ port, asked })

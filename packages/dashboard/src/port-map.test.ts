import type { RegistryDocument } from '@iris-devtester/core/ports'
import { expect, test } from 'vitest'
import { portMaps } from './port-map.ts'

const AT = '2030-01-01T00:00:00Z'
const assigned = (port: number, project_path: string) =>
  ({
    project_path,
    port,
    assigned_at: AT,
    assignment_type: 'auto',
    status: 'active',
    container_name: null,
  }) as const
const document = {
  assignments: [assigned(11, '/projects/shop'), assigned(12, '/projects/shop//#archive')],
  service_assignments: [],
  remembered: [
    { project_path: '/projects/old', service: 'iris', port: 14, released_at: AT },
    { project_path: '/projects/old', service: 'iris', port: 11, released_at: AT },
  ],
  system: { 19: { service: 'vault', status: 'running', registered_at: AT } },
} as unknown as RegistryDocument
const container = (name: string, state: string, ports: readonly number[], project?: string) => ({
  id: name,
  name,
  image: 'image',
  state,
  project,
  created: 0,
  ports,
})

test('each port of a range has one cell, by what weighs most; free ones that follow each other share one', () => {
  const { iris } = portMaps(
    document,
    { iris: [10, 20] },
    {
      containers: [
        container('foreign', 'running', [12, 16]),
        container('own', 'running', [11], '/projects/shop'),
        container('asleep', 'exited', [17]),
      ],
      listeners: [{ port: 14, pid: 7, command: 'node', since: AT }, { port: 18 }, { port: 99 }],
    },
  )
  expect(iris?.cells).toEqual([
    { from: 10, to: 10, use: 'free' },
    { from: 11, to: 11, use: 'assigned', who: 'projects/shop', project: '/projects/shop', since: AT },
    {
      from: 12,
      to: 12,
      use: 'assigned',
      who: 'projects/shop (instance archive)',
      project: '/projects/shop//#archive',
      since: AT,
      note: 'but container foreign holds it',
    },
    { from: 13, to: 13, use: 'free' },
    { from: 14, to: 14, use: 'process', who: 'node (pid 7)', since: AT },
    { from: 15, to: 15, use: 'free' },
    {
      from: 16,
      to: 16,
      use: 'container',
      who: 'foreign',
      note: 'image, running',
      since: '1970-01-01T00:00:00.000Z',
    },
    {
      from: 17,
      to: 17,
      use: 'container',
      who: 'asleep',
      note: 'image, exited',
      since: '1970-01-01T00:00:00.000Z',
    },
    { from: 18, to: 18, use: 'process', who: 'a process of another user' },
    { from: 19, to: 19, use: 'system', who: 'vault', note: 'running', since: AT },
    { from: 20, to: 20, use: 'free' },
  ])
})

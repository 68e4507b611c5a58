import { expect, test } from 'vitest'
import type { LeaseRecord } from '../../ports/document/lease-record.ts'
import type { ProjectContainer } from '../view/project-container.ts'
import { pruneReason } from './prune-containers.ts'

const WARM: ProjectContainer = {
  projectPath: '/project',
  instance: 'main',
  id: 'c1',
  name: 'iris_00000000_1972',
  image: 'iris:1',
  imageId: 'sha256:old',
  state: 'running',
  port: 1972,
  webPort: 52_773,
  owner: 'lease',
  isInitialised: true,
  keep: 'warm',
  idleTimeoutMs: 1_000,
  idleSince: undefined,
  copies: [],
  runs: [],
  isSetAside: false,
  fingerprints: undefined,
  hasFolder: true,
}
const RUN: LeaseRecord = {
  id: 'l1',
  project_path: '/project',
  runner: 'vitest',
  process: { pid: 1, startTime: '', host: '' },
  acquired_at: '2026-01-01T00:00:00Z',
  namespaces: [],
}

test.for([
  ['a warm one nobody uses', {}, 'sha256:old', 'idle'],
  ['one whose image the engine lost', {}, undefined, 'idle'],
  ['one whose image is newer by now', {}, 'sha256:new', 'outdated'],
  ['one whose project is gone', { hasFolder: false }, 'sha256:new', 'orphaned'],
  ['one that never became ready', { isInitialised: false }, 'sha256:old', 'orphaned'],
  ['one that the engine lost', { state: 'gone' }, undefined, 'orphaned'],
  ['one in use', { runs: [RUN], hasFolder: false }, 'sha256:new', undefined],
  ["a test's own", { owner: 'container', isInitialised: false }, 'sha256:new', undefined],
] as const)('%s', ([, change, currentImageId, reason]) => {
  expect(pruneReason({ ...WARM, ...change }, currentImageId)).toBe(reason)
})

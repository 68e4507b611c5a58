import { describe, expect, test } from 'vitest'
import { LABELS } from '../../container/container-identity.ts'
import type { ContainerInspection, ContainerStatus } from '../../engine/engine-answers.ts'
import { DEAD, lease, container as record } from '../testing/book.ts'
import { decide, type Situation } from './decide.ts'

const SETTINGS = 'image=a memoryMb=c namespace=d username=b'
const OTHER = { record: record({ settings: 'image=other memoryMb=c namespace=d username=b' }) }

function inspection(Status: ContainerStatus, settings = SETTINGS): ContainerInspection {
  return {
    Id: 'c',
    Name: '/iris_0_1972',
    Created: '',
    Config: {
      Image: 'iris',
      Cmd: null,
      Labels: { [LABELS.settings]: settings, [LABELS.port]: '1972', [LABELS.webPort]: '52773' },
    },
    State: {
      Status,
      Running: Status === 'running' || Status === 'paused',
      Paused: Status === 'paused',
      OOMKilled: false,
      ExitCode: 0,
      Error: '',
      StartedAt: 'boot 1',
      FinishedAt: '',
    },
    HostConfig: { PortBindings: null },
    NetworkSettings: { Ports: null },
  }
}

function situation(change: Partial<Situation> = {}): Situation {
  return {
    container: inspection('running'),
    record: record({ settings: SETTINGS }),
    wanted: { image: 'a', username: 'b' },
    replace: false,
    wasReady: true,
    preferredPort: undefined,
    preferredWebPort: undefined,
    preparing: true,
    holders: [],
    beingEnded: false,
    ...change,
  }
}

const decisions: [string, Partial<Situation>, string, string][] = [
  ['none', { container: undefined, record: undefined }, 'create', 'wait'],
  ['a ready one', {}, 'attach', 'attach'],
  ['one that nobody recorded', { record: undefined }, 'awaitBoot', 'wait'],
  ['one whose boot is newer than the ready mark', { record: record({ ready_boot: 'boot 0' }) }, 'awaitBoot', 'wait'],
  ['a paused one', { container: inspection('paused') }, 'unpause', 'wait'],
  ['a stopped one', { container: inspection('exited') }, 'start', 'wait'],
  ['one that was never started', { container: inspection('created') }, 'remove', 'wait'],
  ['one that the engine could not end', { container: inspection('dead') }, 'remove', 'wait'],
  ['one that the engine is removing', { container: inspection('removing') }, 'wait', 'wait'],
  ['one that the engine is restarting', { container: inspection('restarting') }, 'wait', 'wait'],
  ['one with other settings', OTHER, 'differs', 'wait'],
  ['one with other settings that may be replaced', { ...OTHER, replace: true }, 'replace', 'wait'],
  ['a stopped one with other settings', { ...OTHER, container: inspection('exited') }, 'differs', 'wait'],
  ['one with other settings that never was ready', { ...OTHER, wasReady: false }, 'remove', 'wait'],
  [
    'one with other settings that nobody recorded',
    { container: inspection('running', 'image=x'), record: undefined },
    'differs',
    'wait',
  ],
  [
    'one with another user and namespace',
    { record: record({ settings: 'image=a namespace=x username=y' }) },
    'attach',
    'attach',
  ],
  ['one with settings that nobody asked about', { wanted: {} }, 'attach', 'attach'],
  ['one on another port than asked for', { preferredPort: 1980 }, 'differs', 'wait'],
  ['one on another web port than asked for', { preferredWebPort: 52_780, replace: true }, 'replace', 'wait'],
  ['one on the ports asked for', { preferredPort: 1972, preferredWebPort: 52_773 }, 'attach', 'attach'],
  ['one being ended', { record: record({ closing: DEAD }), beingEnded: true }, 'wait', 'wait'],
  ['one whose ending was broken off', { record: record({ closing: DEAD }) }, 'remove', 'wait'],
]

describe.each(decisions)('with %s', (_, given, preparer, others) => {
  test(`whoever prepares decides to ${preparer}, the others to ${others}`, () => {
    expect(decide(situation({ ...given, preparing: true })).kind).toBe(preparer)
    expect(decide(situation({ ...given, preparing: false })).kind).toBe(others)
  })
})

test('a container with other settings that another run holds is busy, and the error names that run', () => {
  const holder = lease('a', { container_id: 'c' })
  for (const preparing of [true, false]) {
    expect(decide(situation({ ...OTHER, replace: true, holders: [holder], preparing }))).toEqual({
      kind: 'busy',
      holder,
    })
  }
})

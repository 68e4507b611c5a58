import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fleetName, hasProjectFolder, machineName, ownFolder, runId } from './fleet-name.ts'
import { normaliseProjectPath } from './project-path.ts'

const A = { IRIS_DEVTESTER_MACHINE: 'a' }

describe('a project of a registry for several machines', () => {
  test('is named by machine and path', () => {
    expect(fleetName('/home/ci/shop', A)).toBe('/@a/home/ci/shop')
    expect(fleetName('/home/ci/shop', { IRIS_DEVTESTER_MACHINE: 'b' })).toBe('/@b/home/ci/shop')
  })

  test('is named by IRIS_PROJECT_ID where that is given, on whichever machine and in whichever folder', () => {
    expect(fleetName('/one', { ...A, IRIS_PROJECT_ID: 'shop' })).toBe('/@id:shop')
    expect(fleetName('/other', { IRIS_DEVTESTER_MACHINE: 'b', IRIS_PROJECT_ID: 'shop' })).toBe('/@id:shop')
  })

  test('keeps its instances apart', () => {
    expect(fleetName('/shop//#archive', A)).toBe('/@a/shop//#archive')
    expect(fleetName('/shop//#archive', { ...A, IRIS_PROJECT_ID: 'shop' })).toBe('/@id:shop//#archive')
  })

  test('keeps its name', () => {
    for (const name of ['/@a/shop', '/@id:shop', '/@a/shop//#archive']) {
      expect(fleetName(name, { IRIS_DEVTESTER_MACHINE: 'b', IRIS_PROJECT_ID: 'other' })).toBe(name)
      expect(normaliseProjectPath(name)).toBe(name)
    }
  })

  test('has its folder on its own machine alone', () => {
    expect(ownFolder('/@a/home/ci/shop//#archive', A)).toBe('/home/ci/shop//#archive')
    expect(ownFolder(fleetName('C:\\ci\\shop', A), A)).toBe('C:\\ci\\shop')
    expect(ownFolder('/@b/home/ci/shop', A)).toBeUndefined()
    expect(ownFolder('/@id:shop', A)).toBeUndefined()
    expect(ownFolder('/home/ci/shop', A)).toBe('/home/ci/shop')
  })

  test('is gone when its folder is, which is known on its own machine alone', () => {
    const folder = mkdtempSync(join(tmpdir(), 'iris-fleet-'))
    const names = ['', '//#archive'].flatMap((instance) => [`/@a${folder}${instance}`, `/@a~7${folder}${instance}`])
    expect(names.map((name) => hasProjectFolder(name, A))).toEqual([true, true, true, true])
    rmSync(folder, { recursive: true })
    expect(names.map((name) => hasProjectFolder(name, A))).toEqual([false, false, false, false])
    expect([`/@b${folder}`, '/@id:shop', `/@ab${folder}`].map((name) => hasProjectFolder(name, A))).toEqual([
      true,
      true,
      true,
    ])
  })
})

test('a machine has a name that stays', () => {
  expect(machineName({})).toBe(machineName({}))
  expect(machineName({})).toMatch(/^[\w.-]+$/)
  expect(machineName({ IRIS_DEVTESTER_MACHINE: 'rack 7/left' })).toBe('rack_7_left')
})

describe('two jobs of one branch at once are two projects', () => {
  const systems: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    [
      'GitHub Actions',
      { GITHUB_RUN_ID: '9', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'test', RUNNER_NAME: 'left' },
      { GITHUB_RUN_ID: '9', GITHUB_RUN_ATTEMPT: '1', GITHUB_JOB: 'test', RUNNER_NAME: 'right' },
    ],
    ['GitLab', { CI_JOB_ID: '1' }, { CI_JOB_ID: '2' }],
    ['CircleCI', { CIRCLE_WORKFLOW_JOB_ID: 'a' }, { CIRCLE_WORKFLOW_JOB_ID: 'b' }],
    ['Buildkite', { BUILDKITE_JOB_ID: 'a' }, { BUILDKITE_JOB_ID: 'b' }],
    ['Azure Pipelines', { BUILD_BUILDID: '1', SYSTEM_JOBID: 'a' }, { BUILD_BUILDID: '1', SYSTEM_JOBID: 'b' }],
    ['Jenkins', { BUILD_TAG: 'a', EXECUTOR_NUMBER: '0' }, { BUILD_TAG: 'a', EXECUTOR_NUMBER: '1' }],
  ]

  test.each(systems)('on %s, by its own variables', (_, one, other) => {
    for (const project of [{}, { IRIS_PROJECT_ID: 'shop' }]) {
      const name = fleetName('/builds/shop', { ...A, ...project, ...one })
      expect(name).not.toBe(fleetName('/builds/shop', { ...A, ...project, ...other }))
      expect(name).toBe(fleetName('/builds/shop', { ...A, ...project, ...one }))
    }
  })

  test('unless IRIS_DEVTESTER_RUN_ID says otherwise', () => {
    expect(runId({ CI_JOB_ID: '1', IRIS_DEVTESTER_RUN_ID: 'mine' })).toBe('mine')
    expect(fleetName('/shop', { ...A, CI_JOB_ID: '1', IRIS_DEVTESTER_RUN_ID: '' })).toBe('/@a/shop')
  })
})

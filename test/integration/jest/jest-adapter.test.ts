import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, ENVIRONMENT, JEST, jestProject, PRESET, SEE, seenIn } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

describe('one line of configuration', () => {
  test.for([
    ['testEnvironment', ENVIRONMENT],
    ['preset', PRESET],
  ] as const)('%s', async ([, configuration]) => {
    await using home = new RegistryHome()
    using project = jestProject({ 'app.js': APP, 'see.test.js': SEE, 'jest.config.js': configuration })

    const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended
    console.log(output)
    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.seenAtLoad).toBe(seen?.namespace)
    expect(seen?.inherited).toBe(seen?.namespace)
    expect(await home.untilClean(5000)).toEqual([])
  })
})

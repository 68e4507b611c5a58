import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { config, ENVIRONMENT, JEST, jestProject, PRESET } from '../integration/jest/jest-project.ts'
import { reportAddedTime } from './added-time.ts'

/** What `jest` with one trivial test takes longer with the adapter, on a warm container. */
export async function bench(): Promise<void> {
  await using home = new RegistryHome()
  using bare = jestProject({ 'jest.config.js': config(''), 'one.test.js': TRIVIAL })
  using preset = jestProject({ 'jest.config.js': PRESET, 'one.test.js': TRIVIAL })
  using environment = jestProject({ 'jest.config.js': ENVIRONMENT, 'one.test.js': TRIVIAL })
  using asking = jestProject({ 'jest.config.js': PRESET, 'one.test.js': WITH_IRIS })
  const command = { program: JEST, args: [], env: home.env }
  await reportAddedTime('jest with the preset', command, bare, preset)
  await reportAddedTime('jest with the environment alone', command, bare, environment)
  await reportAddedTime('jest with the preset and a test that asks IRIS', command, bare, asking)
}

const TRIVIAL = `test('trivial', () => {})`
const WITH_IRIS = `test('trivial', async () => { await iris.sql('SELECT 1') })`

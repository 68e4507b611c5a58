import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { acquireIris, findPrunable, prune } from '../../../packages/core/src/lease/index.ts'
import { RegistryHome } from '../consumer/registry-home.ts'

let home: RegistryHome

beforeEach(() => {
  home = new RegistryHome()
})

afterEach(() => home[Symbol.asyncDispose]())

function acquire(projectPath: string) {
  return acquireIris({ projectPath, registry: home.registry, isolation: 'run', keep: 'warm', quiet: true })
}

test('two worktrees of one repository are two projects', async () => {
  const [repository, worktree] = [join(home.folder, 'repository'), join(home.folder, 'worktree')]
  mkdirSync(repository)
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args], { cwd: repository })
  git('init', '--quiet')
  writeFileSync(join(repository, 'file'), '')
  git('add', '.')
  git('commit', '--quiet', '-m', 'first')
  git('worktree', 'add', '--quiet', worktree)

  await using one = await acquire(repository)
  await using other = await acquire(worktree)

  expect(one.container?.id).not.toBe(other.container?.id)
  expect(one.connection.info.port).not.toBe(other.connection.info.port)
})

test('a project that is moved begins anew, and its old container can be pruned at once', async () => {
  const [before, after] = [join(home.folder, 'before'), join(home.folder, 'after')]
  mkdirSync(before)
  const old = await acquire(before)
  await old.release()
  renameSync(before, after)

  await using moved = await acquire(after)

  expect(moved.container?.id).not.toBe(old.container?.id)
  expect(moved.connection.info.port).not.toBe(old.connection.info.port)
  const access = { engine: await home.engine(), registry: home.registry }
  expect(await findPrunable(access)).toMatchObject([
    { reason: 'orphaned', container: { id: old.container?.id, projectPath: before } },
  ])
  await prune(access, await findPrunable(access))
  expect((await home.containers()).map(({ Id }) => Id)).toEqual([moved.container?.id])
  expect(await home.registry.listAll()).toMatchObject([{ projectPath: after }, { projectPath: after }])
})

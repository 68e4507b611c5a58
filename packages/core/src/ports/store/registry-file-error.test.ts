import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PortRegistryError } from '../document/port-registry-error.ts'
import { asFileError, newerSchema, wrongOwner } from './registry-file-error.ts'

function failed(code: string, path?: string): Error {
  return Object.assign(new Error('as the system says it'), { code, ...(path === undefined ? {} : { path }) })
}

function described(error: Error): (string | undefined)[] {
  if (!(error instanceof PortRegistryError)) throw error
  return [error.code, error.summary, ...(error.hint ?? '').split('\n')]
}

describe('a file that can’t be used', () => {
  test.each([
    ['EACCES', 'permission denied', 'ls -ld /'],
    ['EPERM', 'permission denied', 'ls -ld /'],
    ['EROFS', 'the file system is read-only', "findmnt -T '/no such/f'"],
    ['ENOSPC', 'the disk is full', "df -h '/no such/f'"],
    ['EDQUOT', 'the disk quota is used up', "df -h '/no such/f'"],
    ['ENOENT', 'its folder does not exist and could not be made', 'ls -ld /'],
    ['EMFILE', 'this process has too many files open', 'ulimit -n 4096'],
    ['ENFILE', 'this machine has too many files open', 'ulimit -n 4096'],
    ['EIO', 'as the system says it', 'ls -ld /'],
    ['ELOOP', 'symbolic links in its path lead in a circle', "ls -l '/no such'"],
    ['EEXIST', 'what is there is no folder', "ls -l '/no such'"],
    ['ENAMETOOLONG', 'its path is too long', 'a shorter path.'],
  ])('for %s says %s, and what to run', (errno, reason, command) => {
    const [code, summary, remedy, otherwise] = described(asFileError(failed(errno, '/no such/f'), '/view', 'written'))
    expect([code, summary]).toEqual([
      'REGISTRY_UNWRITABLE',
      `The port registry /view can't be written: ${reason} (${errno}). What it held is unchanged.`,
    ])
    expect(remedy).toMatch(/^(?:See |Free some space there: |Let more files be open: |Choose )/)
    expect(remedy?.endsWith(command)).toBe(true)
    expect(otherwise).toBe('Or keep the registry elsewhere: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours')
  })

  test.each([
    ['ENOTDIR', 'a part of its path is no folder', 'a file/view'],
    ['EISDIR', 'a folder lies where the file should be', 'a folder.json'],
    ['EEXIST', 'what is there is no folder', 'a file'],
  ])('for %s says %s, and how to move it', (errno, reason, path) => {
    const folder = mkdtempSync(join(tmpdir(), 'iris-error-'))
    writeFileSync(join(folder, 'a file'), '')
    mkdirSync(join(folder, 'a folder.json'))
    const [, summary, remedy] = described(asFileError(failed(errno, join(folder, path)), '/view', 'written'))
    rmSync(folder, { recursive: true })
    const obstacle = join(folder, path.split('/')[0] as string)
    expect(summary).toContain(`${reason} (${errno})`)
    expect(remedy).toBe(`Move it out of the way: mv '${obstacle}' '${obstacle}.old'`)
  })

  test('does not advise to move a folder that was named as the registry', () => {
    const [, , remedy] = described(asFileError(failed('EISDIR', '/srv/our ports'), '/srv/our ports', 'read'))
    expect(remedy).toBe("Name a file in the folder: export IRIS_DEVTESTER_REGISTRY='/srv/our ports/port-registry.json'")
  })

  test('does not advise to move a device', () => {
    const [, , remedy] = described(asFileError(failed('ENOTDIR', '/dev/null/view'), '/dev/null/view', 'written'))
    expect(remedy).toBe("/dev/null is not a folder: correct HOME or the registry's path.")
  })

  test('tells the mode and owner of what it is about, where that can be seen', () => {
    const folder = mkdtempSync(join(tmpdir(), 'iris-error-'))
    const cause = failed('EACCES')
    const error = asFileError(cause, folder, 'read')
    rmdirSync(folder)
    const { uid } = userInfo()
    const details = { path: folder, errno: 'EACCES', failedPath: folder, mode: '0700', owner: uid }
    expect(error).toMatchObject({ code: 'REGISTRY_UNREADABLE', details, cause })
    const gone = asFileError(failed('EACCES', join(folder, 'f')), folder, 'read') as PortRegistryError
    expect(gone.details).toEqual({ path: folder, errno: 'EACCES', failedPath: join(folder, 'f') })
  })

  test('is passed on when it is no file error, or explained already', () => {
    const plain = new TypeError('x')
    expect(asFileError(plain, '/view', 'read')).toBe(plain)
    const already = newerSchema('/view', '2.0')
    expect(asFileError(already, '/view', 'read')).toBe(already)
  })
})

test('a folder of another user', () => {
  const { username, uid } = userInfo()
  const error = wrongOwner('/f', 12)
  expect(described(error)).toEqual([
    'REGISTRY_WRONG_OWNER',
    `The port registry's folder /f belongs to the user with id 12, but this process runs as ${username} (id ${uid}).`,
    "Run without sudo, as the folder's owner.",
    'Or use a registry of your own: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours',
  ])
  expect(error.details).toEqual({ path: '/f', owner: 12, user: uid })
})

test('a registry of a later release', () => {
  const error = newerSchema('/view', '2.0')
  expect(described(error)).toEqual([
    'REGISTRY_SCHEMA_NEWER',
    'The port registry /view has schema version 2.0; this release knows 1.0. It was left untouched.',
    'Upgrade: npm install --save-dev @iris-devtester/core@latest',
    'Or use another registry: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours',
  ])
  expect(error.details).toEqual({ path: '/view', version: '2.0', supported: '1.0' })
})

import { expect, test } from 'vitest'
import type { EngineClient } from '../../engine/engine-client.ts'
import { restoreSnapshot, takeSnapshot } from './snapshots.ts'

/** A container whose session says this, after it has told the namespace's databases. */
function sessionThat(says: string) {
  let asked = 0
  const exec = async () => {
    asked += 1
    const text = asked === 1 ? '@@DATABASE /mgr/a/\n@@DATABASE /mgr/a\n' : says
    return { exitCode: 0, stdout: `\n%SYS>\n${text}\n%SYS>\n@@DONE\n`, stderr: '' }
  }
  return { engine: { exec } as unknown as EngineClient, containerId: 'c' }
}
const request = { namespace: 'IDT00000000W1', name: 'a' }

test.each([
  ['@@RESULT 00 IRIS could not mount the snapshot', false, 'is not usable any more'],
  ['@@RESULT 10 mounting failed', false, 'is not usable any more'],
  ['@@RESULT 01 the snapshot could not be copied', true, 'is unchanged'],
  ['<DISKFULL>', false, 'is not usable any more'],
])('what a restore says about the namespace after %s', async (says, isUsable, words) => {
  await expect(restoreSnapshot(sessionThat(says), request)).rejects.toMatchObject({
    code: 'RESTORE_FAILED',
    message: expect.stringContaining(words),
    details: { isUsable },
  })
})

test('what is done is told apart from what is not', async () => {
  await expect(restoreSnapshot(sessionThat('@@RESULT 11 '), request)).resolves.toBeUndefined()
  await expect(takeSnapshot(sessionThat('@@RESULT 11 '), request)).resolves.toBeUndefined()
  await expect(takeSnapshot(sessionThat('@@RESULT 01 the disk is full'), request)).rejects.toMatchObject({
    code: 'SNAPSHOT_FAILED',
    details: { isUsable: true },
  })
})

import { expect, test } from 'vitest'
import { availableIn } from './free-disk.ts'

test.each([
  [
    'Filesystem     1024-blocks     Used Available Capacity Mounted on\noverlay          65792556 20316556  42100000      33% /\n',
    41_113,
  ],
  ['Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/my disk 100 99 0 100% /usr/irissys/mgr\n', 0],
  ['df: /usr/irissys/mgr: No such file or directory\n', undefined],
  ['', undefined],
])('%j', (table, expected) => expect(availableIn(table)).toBe(expected))

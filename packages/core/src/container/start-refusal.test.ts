import { expect, test } from 'vitest'
import { EngineError } from '../engine/engine-error.ts'
import { startRefused } from './start-refusal.ts'

const SUBJECT = { name: 'iris_ab_1972', image: 'iris:latest' }

function refusal(status: number, reason: string): EngineError {
  return new EngineError({ code: 'ENGINE_REQUEST_FAILED', message: reason, details: { status, reason } })
}

test.each([
  [
    400,
    'failed to create shim task: OCI runtime create failed: exec: "/nope": stat /nope: no such file or directory: unknown',
    'CONTAINER_REFUSED',
    /entry point/,
  ],
  [400, 'exec: "iris": executable file not found in $PATH: unknown', 'CONTAINER_REFUSED', /entry point/],
  [
    400,
    'standard_init_linux.go: exec user process caused: exec format error',
    'IMAGE_WRONG_ARCHITECTURE',
    /Architecture/,
  ],
  [404, 'No such image: iris:latest', 'IMAGE_UNAVAILABLE', /docker pull iris:latest/],
  [400, 'invalid mount config for type "bind": bind source path does not exist: /a', 'CONTAINER_REFUSED', /mounts/],
  [400, 'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available', 'CONTAINER_REFUSED', /fewer CPUs/],
  [400, 'Minimum memory limit allowed is 6MB', 'CONTAINER_REFUSED', /memory/],
  [500, 'something new', 'CONTAINER_REFUSED', /by hand/],
  [
    409,
    'Conflict. The container name "/iris_ab_1972" is already in use by container "abc". You have to remove',
    'CONTAINER_NAME_TAKEN',
    /docker rm -f iris_ab_1972/,
  ],
])('%i %s', (status, reason, code, hint) => {
  const error = startRefused(refusal(status, reason), SUBJECT)
  expect(error).toMatchObject({ name: 'IrisContainerError', code, hint: expect.stringMatching(hint) })
})

test('a refused port, another kind of error, and an engine that is gone stay what they are', () => {
  const errors = [
    refusal(500, 'Bind for 127.0.0.1:1972 failed: port is already allocated'),
    new EngineError({ code: 'ENGINE_UNREACHABLE', message: 'gone' }),
    new TypeError('x'),
  ]
  for (const error of errors) expect(startRefused(error, SUBJECT)).toBe(error)
})

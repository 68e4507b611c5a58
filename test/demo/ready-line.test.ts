import { expect, test } from 'vitest'
import { parseReadyLine } from './ready-line.ts'

test('reads what the adapter prints', () => {
  const line =
    'IRIS ready  registry:5000/iris-community:latest-em  superserver 127.0.0.1:1973  web 127.0.0.1:52774  container iris_ab12cd34_1973  cold  1.4 s'

  expect(parseReadyLine(line)).toEqual({
    image: 'registry:5000/iris-community:latest-em',
    port: 1973,
    webPort: 52774,
    container: 'iris_ab12cd34_1973',
    start: 'cold',
    seconds: 1.4,
  })
})

test('any other line is none', () => {
  expect(parseReadyLine('Tests  7 passed (7)')).toBeUndefined()
})

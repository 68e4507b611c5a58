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

test('an image without a web server', () => {
  const line = 'IRIS ready  iris:1  superserver 127.0.0.1:1972  no web server  container iris_a_1972  warm  0.062 s'

  expect(parseReadyLine(line)).toMatchObject({ port: 1972, webPort: 0, start: 'warm', seconds: 0.062 })
})

test('any other line is none', () => {
  expect(parseReadyLine('Tests  7 passed (7)')).toBeUndefined()
})

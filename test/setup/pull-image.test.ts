import { expect, test } from 'vitest'
import { imageQuery } from './pull-image.ts'

test.each([
  ['iris', { fromImage: 'iris', tag: 'latest' }],
  ['iris-community:latest-em', { fromImage: 'iris-community', tag: 'latest-em' }],
  ['localhost:5000/iris', { fromImage: 'localhost:5000/iris', tag: 'latest' }],
  ['localhost:5000/a/iris:2026.1', { fromImage: 'localhost:5000/a/iris', tag: '2026.1' }],
  ['iris@sha256:0123', { fromImage: 'iris@sha256:0123' }],
])('asks for %s', (image, query) => {
  expect(imageQuery(image)).toEqual(query)
})

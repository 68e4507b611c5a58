import { expect, test } from 'vitest'
import { editJestJson } from './edit-jest-json.ts'

test('the preset comes first, with the indent the file has', () => {
  expect(editJestJson('{\n    "bail": true\n}\n', false)).toBe(
    '{\n    "preset": "@iris-devtester/jest",\n    "bail": true\n}\n',
  )
  expect(editJestJson('{"bail":true}', false)).toBe('{\n  "preset": "@iris-devtester/jest",\n  "bail": true\n}\n')
  expect(editJestJson('{\n\t"jest": {}\n}', true)).toBe(
    '{\n\t"jest": {\n\t\t"preset": "@iris-devtester/jest"\n\t}\n}\n',
  )
})

test('one that has it stays as it is; one with another preset or environment is left to its owner', () => {
  const done = '{"preset":"@iris-devtester/jest"}'
  expect(editJestJson(done, false)).toBe(done)
  expect(editJestJson('{"preset":"ts-jest"}', false)).toBeUndefined()
  expect(editJestJson('{"jest":{"testEnvironment":"jsdom"}}', true)).toBeUndefined()
})

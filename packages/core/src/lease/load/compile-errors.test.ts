import { expect, test } from 'vitest'
import { compileErrors } from './compile-errors.ts'

const CLASS = `Class Demo.Bad Extends %RegisteredObject
{

ClassMethod Run(one As %String,
  two As %String) As %String
{
    Set x = 1
    foo x
    Quit x
}

}
`
const sources = [
  { path: 'src/bad.cls', content: CLASS },
  { path: 'src/tool.mac', content: 'ROUTINE tool\ntool ;\n quit\nstart\n foo\n' },
]
const texts = (...console: string[]) => compileErrors({ console }, sources).map(({ text }) => text)

test.each([
  [
    "ERROR: Demo.Bad.cls(Run+2) #1026: Invalid command : 'foo' : Offset:5 [zRun+2^Demo.Bad.1]",
    "src/bad.cls:8:5: #1026: Invalid command : 'foo'",
  ],
  ['ERROR: Demo.Bad.cls(3): #1003 : Expected space', 'src/bad.cls:3: #1003 : Expected space'],
  ["ERROR: Demo.Bad.cls(Run) #5559: '{' expected", "src/bad.cls:4: #5559: '{' expected"],
  ['  ERROR: tool.mac(start+1) #1026: Invalid command', 'src/tool.mac:5: #1026: Invalid command'],
  ['ERROR: Demo.Bad.cls(Other+1) #1: What', 'src/bad.cls: #1: What (in Other+1)'],
])('%s', (line, expected) => expect(texts('Compiling class Demo.Bad', line, 'Detected 1 errors')).toEqual([expected]))

test('what is said twice is shown once, and what is of no file of ours is left to others', () => {
  const line = 'ERROR: Demo.Bad.cls(3): #1003 : Expected space'
  expect(compileErrors({ console: [line], summary: `${line}\r\nERROR: Else.cls(1): #1` }, sources)).toEqual([
    { path: 'src/bad.cls', line: 3, text: 'src/bad.cls:3: #1003 : Expected space' },
  ])
})

import { expect, it } from 'vitest'
import { HIDDEN, hideProjects } from './hide-projects.ts'

const ROOT = '/home/ada/mono/app'
const PROJECTS = [ROOT, '/home/ada/mono', '/home/bob/shop', '/home/bob/shop/sub', '/home/bob/a+b (c)']

it.each([
  ['Project /home/bob/shop has it.', `Project ${HIDDEN} has it.`],
  ['/home/bob/shop', HIDDEN],
  ['down --project /home/bob/shop/sub, or', `down --project ${HIDDEN}, or`],
  ['/home/bob/shop/package.json is there', `${HIDDEN} is there`],
  ["release '/home/bob/a+b (c)'", `release '${HIDDEN}'`],
  ['/home/bob/shop2 and /home/bob/shop.old', '/home/bob/shop2 and /home/bob/shop.old'],
  ['/mnt/home/bob/shop', '/mnt/home/bob/shop'],
  [ROOT, ROOT],
  [`${ROOT}/src/a.ts`, `${ROOT}/src/a.ts`],
  ['/home/ada/mono/other', HIDDEN],
  ['/home/ada/mono', HIDDEN],
])('of %s says %s', (text, expected) => {
  expect(hideProjects({ list: [{ text }] }, PROJECTS, [ROOT])).toEqual({ list: [{ text: expected }] })
})

it('changes nothing where every project lies in a root', () => {
  const value = { text: '/home/bob/shop', at: 1, none: null }
  expect(hideProjects(value, PROJECTS, ['/home'])).toBe(value)
})

import { expect, test } from 'vitest'
import { portalUrl } from './portal-url.ts'

test.each([
  ['127.0.0.1', 52_773, 'http://127.0.0.1:52773/csp/sys/UtilHome.csp'],
  ['::1', 52_774, 'http://[::1]:52774/csp/sys/UtilHome.csp'],
  ['127.0.0.1', 0, undefined],
])('the Management Portal of %s and web port %i is at %s', (host, webPort, url) => {
  expect(portalUrl({ host, webPort })).toBe(url)
})

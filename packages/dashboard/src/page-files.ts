import { readFile } from 'node:fs/promises'

/** What the browser may do on the page: nothing but what comes from this server. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** What every answer carries. */
export const SECURITY_HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const

/** A file of the page. */
export interface PageFile {
  readonly type: string
  readonly body: Buffer
}

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5fbf"/><path d="M3 11h2V6H3zm4 0h2V3H7zm4 0h2V8h-2z" fill="#fff"/></svg>'

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>iris-devtester dashboard</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/page.css">
<body>
<div id="page"><noscript>The dashboard needs JavaScript.</noscript></div>
<script src="/page.js"></script>
</body>
</html>
`

/** The page's files, by their paths. They were built ahead, and lie in the package. */
export async function pageFiles(): Promise<ReadonlyMap<string, PageFile>> {
  const built = (name: string) => readFile(new URL(`../dist/page/${name}`, import.meta.url))
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: Buffer.from(HTML) }],
    ['/icon.svg', { type: 'image/svg+xml', body: Buffer.from(ICON) }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: await built('page.js') }],
    ['/page.css', { type: 'text/css; charset=utf-8', body: await built('page.css') }],
  ])
}

/** What somebody gets who opens the page without the token. */
export const NO_TOKEN = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>iris-devtester dashboard</title>
<body>
<main>
<h1>This address needs its token</h1>
<p>Open the address that the command <code>dashboard</code> has printed, with the token in it.</p>
</main>
</body>
</html>
`

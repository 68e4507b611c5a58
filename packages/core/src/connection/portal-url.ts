import type { IrisConnectionInfo } from './connection-info.ts'

/** The address of the Management Portal; `undefined` where IRIS has no web server. */
export function portalUrl({ host, webPort }: Pick<IrisConnectionInfo, 'host' | 'webPort'>): string | undefined {
  if (webPort === 0) return undefined
  return `${siteOf(host, webPort)}/csp/sys/UtilHome.csp`
}

/** The address of the Management Portal's SQL page of a namespace; `undefined` where IRIS has no web server. */
export function sqlPageUrl({
  host,
  webPort,
  namespace,
}: Pick<IrisConnectionInfo, 'host' | 'webPort' | 'namespace'>): string | undefined {
  if (webPort === 0) return undefined
  const page = '/csp/sys/exp/%25CSP.UI.Portal.SQL.Home.zen'
  return `${siteOf(host, webPort)}${page}?$NAMESPACE=${encodeURIComponent(namespace)}`
}

function siteOf(host: string, webPort: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${webPort}`
}

import type { IrisConnectionInfo } from './connection-info.ts'

/** The address of the Management Portal; `undefined` where IRIS has no web server. */
export function portalUrl({ host, webPort }: Pick<IrisConnectionInfo, 'host' | 'webPort'>): string | undefined {
  if (webPort === 0) return undefined
  return `http://${host.includes(':') ? `[${host}]` : host}:${webPort}/csp/sys/UtilHome.csp`
}

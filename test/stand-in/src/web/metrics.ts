import type { Instance } from '../instance/instance.ts'

/** `/api/monitor/metrics`, in Prometheus's form. */
export function metrics({ licenses, startedAt, namespaces }: Instance): string {
  const { used, limit } = licenses
  return `${[
    `iris_license_available ${limit - used}`,
    `iris_license_consumed ${used}`,
    `iris_license_percent_used ${Math.round((100 * used) / Math.max(1, limit))}`,
    'iris_system_state 0',
    `iris_system_uptime_seconds ${Math.round((Date.now() - startedAt.getTime()) / 1000)}`,
    `iris_namespaces ${namespaces.list().length}`,
  ].join('\n')}\n`
}

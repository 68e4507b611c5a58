/** The shapes that `--json` prints, as the documentation gives them. Keys are only ever added. */
export const JSON_SHAPES = {
  Assignment:
    '{ projectPath: string, instance: string, service: string, port: number, type: "auto" | "manual", status: "active" | "released" | "stale", assignedAt: string, containerName: string | null, expiresAt: string | null }',
  Connection:
    '{ host: string, port: number, webPort: number, namespace: string, username: string, password: string, url: string }',
  Container:
    '{ projectPath: string, instance: string, id: string, name: string, image: string, state: string, port: number, webPort: number, keep: "warm" | "stop" | null, idleTimeoutMs: number | null, idleSince: string | null, copies: Copy[], runs: Run[] }',
  Copy: '{ namespace: string, test: string | null, at: string, until: string | null }',
  Finding:
    '{ code: string, severity: "error" | "warning" | "info", message: string, remedy: string, isRepairable: boolean, details: object }',
  HistoryEntry:
    '{ at: string, action: string, port: number, projectPath: string, instance: string, service: string, reason: string }',
  Run: '{ projectPath: string, instance: string, runner: string, pid: number, host: string, since: string, containerId: string | null, namespaces: string[] }',
  Error: '{ success: false, error: string, message: string, details: object, hint?: string, suggestions?: number[] }',
} as const

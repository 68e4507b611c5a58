/** The last statements that failed tests have shown in a run's output, without how long they took: a list for each test. */
export function statementsIn(output: string): string[][] {
  const shown = output.matchAll(/IRIS statements {2}the test's last .*:\n((?: +(?:\d+ ms|→) .*\n?)+)/g)
  return [...shown].map(([, lines = '']) =>
    lines
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().replace(/^\d+ ms +/, '')),
  )
}

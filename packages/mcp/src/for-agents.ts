/** Hints that name a command line's options, in the words of the tools instead. */
const HINTS: Readonly<Record<string, string>> = {
  RUNS_ARE_LIVE: 'Let them end first, or do it all the same with `force: true`: those runs fail.',
  PORT_HELD: 'End the container, with all its data: iris_down. Or release the ports all the same with `force: true`.',
  CONTAINER_NOT_FOUND: 'Start it: iris_up',
}

/** Commands that have a tool. One with more words, such as `down --project <path>`, stays a command. */
const COMMAND =
  /(?:npx )?(?:@iris-devtester\/cli|\biris-devtester) (up|down|restart|status|logs|ports list)(?=[.\n]|$)/g

/** A refusal whose hint names tools where there are some. */
export function forAgents(refusal: Readonly<Record<string, unknown>>): object {
  const { error, hint } = refusal
  if (typeof hint !== 'string') return refusal
  const inTools = hint.replaceAll(COMMAND, (_, command: string) =>
    command === 'ports list' ? 'ports_list' : `iris_${command}`,
  )
  return { ...refusal, hint: HINTS[String(error)] ?? inTools }
}

import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import type { Fact, Finding } from './fact.ts'
import { ACCOUNTS } from './facts/accounts.ts'
import { BATCHES } from './facts/batches.ts'
import { LICENCE } from './facts/licence.ts'
import { NAMESPACES } from './facts/namespaces.ts'
import { SESSIONS } from './facts/sessions.ts'
import { SQL } from './facts/sql.ts'
import { START_UP } from './facts/start-up.ts'
import { TRANSACTIONS } from './facts/transactions.ts'
import { RealIris } from './real-iris.ts'

const DEADLINE_MS = 300_000

export interface CheckedFact extends Finding {
  readonly claim: string
}

const FACTS: readonly Fact[] = [
  ...START_UP,
  ...ACCOUNTS,
  ...LICENCE,
  ...SQL,
  ...BATCHES,
  ...NAMESPACES,
  ...SESSIONS,
  ...TRANSACTIONS,
]

/**
 * Looks at every fact, one after another, on containers of an image that the engine has.
 *
 * @param report told of each as soon as it is known
 */
export async function checkFacts(
  engine: EngineClient,
  image: string,
  report: (fact: CheckedFact) => void,
): Promise<CheckedFact[]> {
  await using iris = new RealIris(engine, image)
  const checked: CheckedFact[] = []
  for (const { claim, check } of FACTS) {
    const fact = { claim, ...(await look(check, iris)) }
    report(fact)
    checked.push(fact)
  }
  return checked
}

async function look(check: Fact['check'], iris: RealIris): Promise<Finding> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Finding>((resolve) => {
    timer = setTimeout(
      () => resolve({ verdict: 'unknown', saw: `nothing within ${DEADLINE_MS / 1_000} s` }),
      DEADLINE_MS,
    )
  })
  try {
    return await Promise.race([check(iris), late])
  } catch (error) {
    return { verdict: 'unknown', saw: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}

import { ENVIRONMENTS, HOOKS, RESULTS_PROCESSOR } from './preset.ts'

/** `preset: '@iris-devtester/jest'` */
export default { testEnvironment: ENVIRONMENTS.node, ...HOOKS, testResultsProcessor: RESULTS_PROCESSOR }

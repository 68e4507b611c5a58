import { ENTRIES } from './entry-files.ts'

/** `preset: '@iris-devtester/jest'` */
const preset = { testEnvironment: ENTRIES.node, ...ENTRIES.hooks }
export default preset

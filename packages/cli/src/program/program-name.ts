/** The name people type. */
export const PROGRAM_NAME = 'iris-devtester'

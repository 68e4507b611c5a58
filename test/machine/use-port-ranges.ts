import { SUPERSERVER_RANGE, WEB_RANGE } from './port-ranges.ts'

// Processes that tests start inherit both.
process.env.IRIS_DEVTESTER_PORT_RANGE = SUPERSERVER_RANGE.join('-')
process.env.IRIS_DEVTESTER_WEB_PORT_RANGE = WEB_RANGE.join('-')

import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { RUN_HOST_PROGRAM } from './run-host.ts'

/** The process that is to hold a run's IRIS ended before anybody could ask it, or could not be run. */
export function runHostNotStarted(reason: string): IrisDevtesterError {
  return new IrisDevtesterError({
    code: 'RUN_HOST_NOT_STARTED',
    message: `The process that holds the run's IRIS did not start: ${reason}.`,
    hint: `See why: node "${RUN_HOST_PROGRAM}"`,
    details: { program: RUN_HOST_PROGRAM, reason },
  })
}

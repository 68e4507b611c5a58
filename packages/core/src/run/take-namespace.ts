import { askHolder } from '../connection/holder.ts'

/**
 * Takes the namespace of a worker's next test file from the process that holds the run's IRIS; it may have to be made first.
 *
 * @param address of the run's holder.
 * @param worker the worker's number, counted from 1.
 * @param instance which of the run's instances of IRIS; `''` where there is one.
 * @throws IrisDevtesterError what making or loading it has failed with.
 */
export function takeNamespace(address: string, worker: string, instance = ''): Promise<string> {
  return askHolder(address, 'take', instance, worker)
}

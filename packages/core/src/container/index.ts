/**
 * One container of IRIS in the manner of the Testcontainers modules: start with {@link IRISContainer}.
 *
 * @module
 */

export { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
export { type ContainerErrorCode, IrisContainerError } from './container-error.ts'
export { IRISContainer } from './iris-container.ts'
export { IRISContainerBuilder } from './iris-container-builder.ts'
export { DEFAULT_IMAGE, type IrisSettings } from './iris-settings.ts'
export {
  type IrisConnectionOptions,
  StartedIRISContainer,
  type StartedIRISContainerParts,
} from './started-iris-container.ts'

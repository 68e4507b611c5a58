/**
 * One container of IRIS in the manner of the Testcontainers modules: start with {@link IRISContainer}.
 *
 * @module
 */

export {
  type ContainerErrorCode,
  DEFAULT_IMAGE,
  type ErrorParts,
  IrisContainerError,
  IrisDevtesterError,
  type IrisSettings,
  PortRegistry,
} from '@iris-devtester/core/container'
export { IRISContainer } from './iris-container.ts'
export { IRISContainerBuilder } from './iris-container-builder.ts'
export {
  type IrisConnectionOptions,
  StartedIRISContainer,
  type StartedIRISContainerParts,
} from './started-iris-container.ts'

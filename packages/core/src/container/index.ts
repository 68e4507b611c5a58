export { type ContainerErrorCode, IrisContainerError } from './container-error.ts'
export { IRISContainer } from './iris-container.ts'
export { DEFAULT_IMAGE, type IrisSettings } from './iris-settings.ts'
export { type IrisConnectionOptions, StartedIRISContainer } from './started-iris-container.ts'

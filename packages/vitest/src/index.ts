/**
 * The plugin for Vitest: {@link iris}.
 *
 * @module
 */

export type { IrisOptions } from './iris-options.ts'
export { type IrisPlugin, iris } from './plugin.ts'
export type { IrisInstances, ProvidedInstance, ProvidedInstances, ProvidedIris } from './provided-iris.ts'

export { findEngine } from './engine/find-engine.ts'
export { IrisDevtesterError } from './errors/iris-devtester-error.ts'

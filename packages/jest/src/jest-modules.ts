import { createRequire } from 'node:module'

/** From Jest to those of its own modules that we use, each a dependency of the one before. */
const PATHS = {
  'jest-environment-node': ['jest', 'jest-cli', 'jest-config', 'jest-environment-node'],
  'jest-util': ['jest', 'jest-cli', 'jest-util'],
}

/** Loads one of Jest's own modules, in the version of the Jest that this package is installed beside. */
export function jestModule<Module>(name: keyof typeof PATHS): Module {
  const file = PATHS[name].reduce((from, next) => createRequire(from).resolve(next), import.meta.url)
  return createRequire(import.meta.url)(file)
}

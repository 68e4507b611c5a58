import { flag, type Spec, type Values } from './option-spec.ts'

/** What every command takes. */
export const SHARED_OPTIONS = {
  json: flag('print one JSON value instead of text, including errors'),
  project: {
    kind: 'text',
    placeholder: 'path',
    description: "the project's folder (default: IRIS_PROJECT_PATH, else found from the working directory upwards)",
    completes: 'directory',
  } satisfies Spec<string> as Spec<string | undefined>,
  instance: {
    kind: 'text',
    placeholder: 'name',
    description: "which of the project's instances of IRIS (default: main)",
  } satisfies Spec<string> as Spec<string | undefined>,
  registry: {
    kind: 'text',
    placeholder: 'path',
    description:
      'the port registry: a file or a postgres:// address (default: IRIS_DEVTESTER_REGISTRY, else port-registry.json in IRIS_DEVTESTER_HOME or ~/.iris-devtester)',
    completes: 'file',
  } satisfies Spec<string> as Spec<string | undefined>,
} as const

export type SharedValues = Values<typeof SHARED_OPTIONS>

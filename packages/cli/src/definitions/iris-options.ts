import { list, text } from '../program/option-spec.ts'

/** Who logs in to a container that is there. */
export const CREDENTIALS = {
  namespace: text('name', 'the namespace (default: USER)'),
  username: text('name', 'the user (default: test)'),
  password: text('text', "the user's password (default: test)"),
} as const

/** What a container is made of; one with other settings is replaced when no run holds it. */
export const SETTINGS = {
  image: text('name', 'the image (default: IRIS_IMAGE, else the Community image)'),
  ...CREDENTIALS,
  load: list('file', 'a class or SQL file, or a pattern of them, to load; may be repeated', { completes: 'file' }),
} as const

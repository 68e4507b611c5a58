import { flag, list, text } from '../program/option-spec.ts'

/** Who logs in to a container that is there. */
export const CREDENTIALS = {
  namespace: text('name', "the namespace (default: the container's own)"),
  username: text('name', "the user (default: the container's own)"),
  password: text('text', "the user's password (default: the container's own)"),
} as const

/** What a container is made of. */
export const SETTINGS = {
  image: text('name', "the image (default: IRIS_IMAGE, else the running container's, else the Community image)"),
  namespace: text('name', "the namespace, created when missing (default: the container's own, else USER)"),
  username: text('name', "the user, created when missing (default: the container's own, else test)"),
  password: text('text', "the user's password (default: the container's own, else test)"),
  replace: flag('replace a container that was created with other settings, with all its data'),
  load: list('file', 'a class or SQL file or a glob pattern to load; can be repeated', { completes: 'file' }),
} as const

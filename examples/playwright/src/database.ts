import { connectIris } from '@iris-devtester/core/connection'

/** The application's one connection, to the IRIS that the `IRIS_*` environment variables name. */
export const database = connectIris()

import { COMMIT } from './commit-function.ts'
import { READ } from './read-function.ts'

/** A lease is renewed by the server's clock. It concerns nobody but who looks for dead ones, so nobody is told. */
const RENEW = `
create or replace function iris_devtester.renew(p_engine text, p_lease text) returns void language sql
begin atomic
  update iris_devtester.lease set renewed_at = clock_timestamp() where engine = p_engine and id = p_lease;
end;
`

export const FUNCTIONS = `${READ}${COMMIT}${RENEW}`

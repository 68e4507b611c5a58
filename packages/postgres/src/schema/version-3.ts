/**
 * Version 3 keeps which port a commit was given of those that it offered to take, so that one that is sent again is answered
 * the same.
 */
export const VERSION_3 = `
drop function if exists iris_devtester.commit(integer, text, uuid, jsonb, boolean);

alter table iris_devtester.change add column port integer;
`

/**
 * Version 2 keeps time limits of applications' ports, and which projects each commit was about, so that who has read the
 * registry before is sent no more than what changed. The ids of commits become a part of that: the table is renamed, not
 * made anew, and so keeps the rights that were granted on it.
 */
export const VERSION_2 = `
drop function if exists iris_devtester.read(text, bigint, text);
drop function if exists iris_devtester.commit(text, uuid, jsonb);

alter table iris_devtester.assignment add column expires_at timestamptz;

alter table iris_devtester.commit_id rename to change;
alter table iris_devtester.change add column generation bigint, add column projects text[];
create index change_generation on iris_devtester.change (engine, generation);

create index lease_project on iris_devtester.lease (engine, project);
create index container_project on iris_devtester.container (engine, project);
`

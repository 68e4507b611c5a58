/**
 * The tables of version 1. Everything belongs to an engine, whose ports they are about. A project's row carries a version
 * that each change of anything of the project replaces: who changes it must have seen the current one.
 */
export const VERSION_1 = `
create table iris_devtester.meta (only_row boolean primary key default true check (only_row), version integer not null);

create table iris_devtester.registry (
  engine text primary key,
  generation bigint not null default 0,
  ranges jsonb,
  created_at timestamptz not null default clock_timestamp()
);

create table iris_devtester.project (
  engine text not null,
  project text not null,
  version bigint not null,
  folder boolean not null,
  imported boolean not null,
  primary key (engine, project)
);

create table iris_devtester.assignment (
  engine text not null,
  project text not null,
  service text not null,
  port integer not null check (port between 1 and 65535),
  assigned_at timestamptz not null,
  type text not null check (type in ('auto', 'manual')),
  status text not null check (status in ('active', 'stale')),
  container_name text,
  primary key (engine, project, service),
  constraint assignment_port unique (engine, port)
);

create table iris_devtester.remembered (
  engine text not null,
  project text not null,
  service text not null,
  port integer not null,
  released_at timestamptz not null,
  seq bigint generated always as identity,
  primary key (engine, project, service)
);

create table iris_devtester.system_service (
  engine text not null,
  port integer not null check (port between 1 and 65535),
  service text not null,
  status text not null,
  registered_at timestamptz not null,
  primary key (engine, port)
);

create table iris_devtester.lease (
  engine text not null,
  id text not null,
  project text not null,
  runner text not null,
  machine text not null,
  pid bigint not null,
  start_time text not null,
  container_id text,
  acquired_at timestamptz not null,
  renewed_at timestamptz not null default clock_timestamp(),
  swept_since timestamptz,
  detail jsonb not null,
  seq bigint generated always as identity,
  primary key (engine, id)
);

create table iris_devtester.container (
  engine text not null,
  id text not null,
  project text not null,
  name text not null,
  keep text not null,
  idle_since timestamptz,
  closing_since timestamptz,
  detail jsonb not null,
  seq bigint generated always as identity,
  primary key (engine, id)
);

create table iris_devtester.reaper (
  engine text not null,
  machine text not null,
  pid bigint not null,
  start_time text not null,
  primary key (engine, machine)
);

create table iris_devtester.history (
  engine text not null,
  generation bigint not null,
  place integer not null,
  at timestamptz not null,
  action text not null,
  port integer not null,
  project text not null,
  service text not null,
  reason text not null,
  primary key (engine, generation, place)
);

create table iris_devtester.commit_id (
  engine text not null,
  id uuid not null,
  at timestamptz not null default clock_timestamp(),
  primary key (engine, id)
);
`



SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA iris_devtester;

ALTER SCHEMA iris_devtester OWNER TO owner;

CREATE FUNCTION iris_devtester.age_ms(t timestamp with time zone) RETURNS double precision
    LANGUAGE sql
    RETURN round((EXTRACT(epoch FROM (clock_timestamp() - t)) * (1000)::numeric));

ALTER FUNCTION iris_devtester.age_ms(t timestamp with time zone) OWNER TO owner;

CREATE FUNCTION iris_devtester.commit(p_version integer, p_engine text, p_id uuid, p_ops jsonb, p_insists boolean DEFAULT false) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
declare
  made bigint;
  e jsonb;
begin
  if p_version <> 2 then
    raise exception 'the schema has version 2' using errcode = 'IR002';
  end if;
  if not p_insists and not pg_try_advisory_xact_lock_shared(4951438, hashtext(p_engine)) then return null; end if;
  for i in 0 .. coalesce(jsonb_array_length(p_ops->'projects'), 0) - 1 loop
    e := p_ops->'projects'->i;
    if e->>1 = '0' then
      insert into iris_devtester.project (engine, project, version, folder, imported)
      values (p_engine, e->>0, (e->>2)::bigint, (e->>3)::boolean, (e->>4)::boolean);
    else
      update iris_devtester.project p set version = (e->>2)::bigint, folder = (e->>3)::boolean,
        imported = (e->>4)::boolean
      where p.engine = p_engine and p.project = e->>0 and p.version = (e->>1)::bigint;
      if not found then raise exception 'changed by another' using errcode = 'IR001'; end if;
    end if;
  end loop;
  for i in 0 .. coalesce(jsonb_array_length(p_ops->'assignments_gone'), 0) - 1 loop
    e := p_ops->'assignments_gone'->i;
    delete from iris_devtester.assignment a
    where a.engine = p_engine and a.project = e->>0 and a.service = e->>1;
  end loop;
  if p_ops ? 'system_gone' then
    delete from iris_devtester.system_service s using jsonb_array_elements(p_ops->'system_gone') x
    where s.engine = p_engine and s.port = (x#>>'{}')::integer;
  end if;
  for i in 0 .. coalesce(jsonb_array_length(p_ops->'assignments'), 0) - 1 loop
    e := p_ops->'assignments'->i;
    insert into iris_devtester.assignment (engine, project, service, port, assigned_at, type, status, container_name,
      expires_at)
    values (p_engine, e->>0, e->>1, (e->>2)::integer, (e->>3)::timestamptz, e->>4, e->>5, e->>6,
      (e->>7)::timestamptz);
  end loop;
  if p_ops ? 'system' then
    insert into iris_devtester.system_service (engine, port, service, status, registered_at)
    select p_engine, (x->>0)::integer, x->>1, x->>2, (x->>3)::timestamptz from jsonb_array_elements(p_ops->'system') x;
  end if;
  for i in 0 .. coalesce(jsonb_array_length(p_ops->'remembered_gone'), 0) - 1 loop
    e := p_ops->'remembered_gone'->i;
    delete from iris_devtester.remembered b
    where b.engine = p_engine and b.project = e->>0 and b.service = e->>1;
  end loop;
  for i in 0 .. coalesce(jsonb_array_length(p_ops->'remembered'), 0) - 1 loop
    e := p_ops->'remembered'->i;
    insert into iris_devtester.remembered (engine, project, service, port, released_at)
    values (p_engine, e->>0, e->>1, (e->>2)::integer, (e->>3)::timestamptz);
  end loop;
  if p_ops ? 'leases_gone' then
    delete from iris_devtester.lease l using jsonb_array_elements(p_ops->'leases_gone') x
    where l.engine = p_engine and l.id = x#>>'{}';
  end if;
  if p_ops ? 'leases' then
    insert into iris_devtester.lease as l (engine, id, project, runner, machine, pid, start_time, container_id,
      acquired_at, swept_since, detail)
    select p_engine, x->>'id', x->>'project', x->>'runner', x->>'machine', (x->>'pid')::bigint, x->>'start_time',
      x->>'container_id', (x->>'acquired_at')::timestamptz,
      case when x->'detail' ? 'swept_by' then clock_timestamp() end, x->'detail'
    from jsonb_array_elements(p_ops->'leases') with ordinality as o(x, n) order by n
    on conflict (engine, id) do update set project = excluded.project, container_id = excluded.container_id,
      machine = excluded.machine, pid = excluded.pid, start_time = excluded.start_time, detail = excluded.detail,
      swept_since = case when l.detail->'swept_by' = excluded.detail->'swept_by' then l.swept_since
        else excluded.swept_since end;
  end if;
  if p_ops ? 'containers_gone' then
    delete from iris_devtester.container c using jsonb_array_elements(p_ops->'containers_gone') x
    where c.engine = p_engine and c.id = x#>>'{}';
  end if;
  if p_ops ? 'containers' then
    insert into iris_devtester.container as c (engine, id, project, name, keep, idle_since, closing_since, detail)
    select p_engine, x->>'id', x->>'project', x->>'name', x->>'keep',
      clock_timestamp() - (x->>'idle_age')::double precision * interval '1 millisecond',
      case when x->'detail' ? 'closing' then clock_timestamp() end, x->'detail'
    from jsonb_array_elements(p_ops->'containers') with ordinality as o(x, n) order by n
    on conflict (engine, id) do update set project = excluded.project, name = excluded.name, keep = excluded.keep,
      idle_since = excluded.idle_since, detail = excluded.detail,
      closing_since = case when c.detail->'closing' = excluded.detail->'closing' then c.closing_since
        else excluded.closing_since end;
  end if;
  if p_ops ? 'reaper' then
    delete from iris_devtester.reaper r where r.engine = p_engine and r.machine = p_ops->'reaper'->>0;
    insert into iris_devtester.reaper (engine, machine, pid, start_time)
    select p_engine, p_ops->'reaper'->>0, (p_ops->'reaper'->>1)::bigint, p_ops->'reaper'->>2
    where p_ops->'reaper'->>1 is not null;
  end if;
  update iris_devtester.registry r set generation = r.generation + 1,
    ranges = coalesce(p_ops->'ranges'->0, r.ranges)
  where r.engine = p_engine and (not p_ops ? 'ranges_known'
    or coalesce(r.ranges, '{}') = coalesce(nullif(p_ops->'ranges_known'->0, 'null'), '{}'))
  returning r.generation into made;
  if not found then raise exception 'no such registry, or with other ranges' using errcode = 'IR001'; end if;
  insert into iris_devtester.change (engine, id, generation, projects)
  select p_engine, p_id, made, array(select jsonb_array_elements_text(p_ops->'touched'));
  if (p_ops ? 'assignments' or p_ops ? 'system')
    and exists (select from iris_devtester.system_service s where s.engine = p_engine)
    and exists (select from iris_devtester.system_service s join iris_devtester.assignment a using (engine, port)
      where s.engine = p_engine)
  then raise exception 'port of the system' using errcode = 'IR001'; end if;
  for i in 0 .. coalesce(jsonb_array_length(p_ops->'history'), 0) - 1 loop
    e := p_ops->'history'->i;
    insert into iris_devtester.history (engine, generation, place, at, action, port, project, service, reason)
    values (p_engine, made, i + 1, (e->>0)::timestamptz, e->>1, (e->>2)::integer, e->>3, e->>4, e->>5);
  end loop;
  if made % 256 = 0 then
    delete from iris_devtester.history h where h.engine = p_engine and h.generation < made - 100
      and h.generation < (select min(k.generation) from (select n.generation from iris_devtester.history n
        where n.engine = p_engine order by n.generation desc, n.place limit 100) k);
    delete from iris_devtester.change g where g.engine = p_engine and (g.generation is null or g.generation <
      (select min(k.generation) from iris_devtester.change k where k.engine = p_engine
        and k.at >= clock_timestamp() - interval '1 hour'));
  end if;
  perform pg_notify('iris_devtester', p_engine);
  return made;
exception
  when unique_violation or deadlock_detected or serialization_failure or sqlstate 'IR001' then
    return (select g.generation from iris_devtester.change g where g.engine = p_engine and g.id = p_id);
end $$;

ALTER FUNCTION iris_devtester.commit(p_version integer, p_engine text, p_id uuid, p_ops jsonb, p_insists boolean) OWNER TO owner;

CREATE FUNCTION iris_devtester.iso(t timestamp with time zone) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_char((t AT TIME ZONE 'UTC'::text), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'::text);

ALTER FUNCTION iris_devtester.iso(t timestamp with time zone) OWNER TO owner;

CREATE FUNCTION iris_devtester.read(p_version integer, p_engine text, p_known bigint, p_machine text) RETURNS text
    LANGUAGE plpgsql STABLE
    AS $$
declare
  known iris_devtester.registry;
  touched text[];
begin
  if p_version <> 2 then
    raise exception 'the schema has version 2' using errcode = 'IR002';
  end if;
  if p_known < 0 and exists (select from iris_devtester.meta m where m.version <> p_version) then
    raise exception 'the schema has another version' using errcode = 'IR002';
  end if;
  select * into known from iris_devtester.registry r where r.engine = p_engine;
  if not found then return null; end if;
  if known.generation = p_known then return 'unchanged'; end if;
  if exists (select from iris_devtester.change g where g.engine = p_engine and g.generation = p_known + 1) then
    select coalesce(array_agg(distinct t.project), '{}') into touched
    from iris_devtester.change g, unnest(g.projects) t (project) where g.engine = p_engine and g.generation > p_known;
    return json_build_object(
      'generation', known.generation,
      'touched', touched,
      'created_at', iris_devtester.iso(known.created_at),
      'ranges', known.ranges,
      'projects', (select json_agg(json_build_array(p.project, p.version::text, p.folder, p.imported))
        from unnest(touched) t (project) join iris_devtester.project p on p.engine = p_engine and p.project = t.project),
      'assignments', (select json_agg(json_build_array(a.project, a.service, a.port, iris_devtester.iso(a.assigned_at),
          a.type, a.status, a.container_name, iris_devtester.iso(a.expires_at)) order by a.assigned_at, a.port)
        from unnest(touched) t (project) join iris_devtester.assignment a on a.engine = p_engine and a.project = t.project),
      'remembered', (select json_agg(json_build_array(b.project, b.service, b.port, iris_devtester.iso(b.released_at))
          order by b.seq) from unnest(touched) t (project) join iris_devtester.remembered b on b.engine = p_engine and b.project = t.project),
      'system', (select json_agg(json_build_array(s.port, s.service, s.status, iris_devtester.iso(s.registered_at)))
        from iris_devtester.system_service s where s.engine = p_engine),
      'leases', (select json_agg(json_build_object('id', l.id, 'project', l.project, 'runner', l.runner,
          'machine', l.machine, 'pid', l.pid, 'start_time', l.start_time, 'container_id', l.container_id,
          'acquired_at', iris_devtester.iso(l.acquired_at), 'renewed_age', iris_devtester.age_ms(l.renewed_at),
          'swept_age', iris_devtester.age_ms(l.swept_since), 'detail', l.detail) order by l.seq)
        from unnest(touched) t (project) join iris_devtester.lease l on l.engine = p_engine and l.project = t.project),
      'containers', (select json_agg(json_build_object('id', c.id, 'project', c.project, 'name', c.name, 'keep', c.keep,
          'idle_age', iris_devtester.age_ms(c.idle_since), 'closing_age', iris_devtester.age_ms(c.closing_since),
          'detail', c.detail) order by c.seq)
        from unnest(touched) t (project) join iris_devtester.container c on c.engine = p_engine and c.project = t.project),
      'reaper', (select json_build_array(e.pid, e.start_time) from iris_devtester.reaper e
        where e.engine = p_engine and e.machine = p_machine),
      'history', (select json_agg(json_build_array(iris_devtester.iso(h.at), h.action, h.port, h.project, h.service,
          h.reason) order by h.generation desc, h.place)
        from (select * from iris_devtester.history n where n.engine = p_engine and n.generation > p_known
          order by n.generation desc, n.place limit 100) h)
    )::text;
  end if;
  return json_build_object(
      'generation', known.generation,
      'touched', touched,
      'created_at', iris_devtester.iso(known.created_at),
      'ranges', known.ranges,
      'projects', (select json_agg(json_build_array(p.project, p.version::text, p.folder, p.imported))
        from iris_devtester.project p where p.engine = p_engine),
      'assignments', (select json_agg(json_build_array(a.project, a.service, a.port, iris_devtester.iso(a.assigned_at),
          a.type, a.status, a.container_name, iris_devtester.iso(a.expires_at)) order by a.assigned_at, a.port)
        from iris_devtester.assignment a where a.engine = p_engine),
      'remembered', (select json_agg(json_build_array(b.project, b.service, b.port, iris_devtester.iso(b.released_at))
          order by b.seq) from iris_devtester.remembered b where b.engine = p_engine),
      'system', (select json_agg(json_build_array(s.port, s.service, s.status, iris_devtester.iso(s.registered_at)))
        from iris_devtester.system_service s where s.engine = p_engine),
      'leases', (select json_agg(json_build_object('id', l.id, 'project', l.project, 'runner', l.runner,
          'machine', l.machine, 'pid', l.pid, 'start_time', l.start_time, 'container_id', l.container_id,
          'acquired_at', iris_devtester.iso(l.acquired_at), 'renewed_age', iris_devtester.age_ms(l.renewed_at),
          'swept_age', iris_devtester.age_ms(l.swept_since), 'detail', l.detail) order by l.seq)
        from iris_devtester.lease l where l.engine = p_engine),
      'containers', (select json_agg(json_build_object('id', c.id, 'project', c.project, 'name', c.name, 'keep', c.keep,
          'idle_age', iris_devtester.age_ms(c.idle_since), 'closing_age', iris_devtester.age_ms(c.closing_since),
          'detail', c.detail) order by c.seq)
        from iris_devtester.container c where c.engine = p_engine),
      'reaper', (select json_build_array(e.pid, e.start_time) from iris_devtester.reaper e
        where e.engine = p_engine and e.machine = p_machine),
      'history', (select json_agg(json_build_array(iris_devtester.iso(h.at), h.action, h.port, h.project, h.service,
          h.reason) order by h.generation desc, h.place)
        from (select * from iris_devtester.history n where n.engine = p_engine
          order by n.generation desc, n.place limit 100) h)
    )::text;
end $$;

ALTER FUNCTION iris_devtester.read(p_version integer, p_engine text, p_known bigint, p_machine text) OWNER TO owner;

CREATE TABLE iris_devtester.lease (
    engine text NOT NULL,
    id text NOT NULL,
    project text NOT NULL,
    runner text NOT NULL,
    machine text NOT NULL,
    pid bigint NOT NULL,
    start_time text NOT NULL,
    container_id text,
    acquired_at timestamp with time zone NOT NULL,
    renewed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    swept_since timestamp with time zone,
    detail jsonb NOT NULL,
    seq bigint NOT NULL
);

ALTER TABLE iris_devtester.lease OWNER TO owner;

CREATE FUNCTION iris_devtester.renew(p_engine text, p_lease text) RETURNS void
    LANGUAGE sql
    BEGIN ATOMIC
 UPDATE iris_devtester.lease SET renewed_at = clock_timestamp()
   WHERE ((lease.engine = renew.p_engine) AND (lease.id = renew.p_lease));
END;

ALTER FUNCTION iris_devtester.renew(p_engine text, p_lease text) OWNER TO owner;

CREATE TABLE iris_devtester.assignment (
    engine text NOT NULL,
    project text NOT NULL,
    service text NOT NULL,
    port integer NOT NULL,
    assigned_at timestamp with time zone NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    container_name text,
    expires_at timestamp with time zone,
    CONSTRAINT assignment_port_check CHECK (((port >= 1) AND (port <= 65535))),
    CONSTRAINT assignment_status_check CHECK ((status = ANY (ARRAY['active'::text, 'stale'::text]))),
    CONSTRAINT assignment_type_check CHECK ((type = ANY (ARRAY['auto'::text, 'manual'::text])))
);

ALTER TABLE iris_devtester.assignment OWNER TO owner;

CREATE TABLE iris_devtester.change (
    engine text NOT NULL,
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    generation bigint,
    projects text[]
);

ALTER TABLE iris_devtester.change OWNER TO owner;

CREATE TABLE iris_devtester.container (
    engine text NOT NULL,
    id text NOT NULL,
    project text NOT NULL,
    name text NOT NULL,
    keep text NOT NULL,
    idle_since timestamp with time zone,
    closing_since timestamp with time zone,
    detail jsonb NOT NULL,
    seq bigint NOT NULL
);

ALTER TABLE iris_devtester.container OWNER TO owner;

ALTER TABLE iris_devtester.container ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME iris_devtester.container_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE iris_devtester.history (
    engine text NOT NULL,
    generation bigint NOT NULL,
    place integer NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    port integer NOT NULL,
    project text NOT NULL,
    service text NOT NULL,
    reason text NOT NULL
);

ALTER TABLE iris_devtester.history OWNER TO owner;

ALTER TABLE iris_devtester.lease ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME iris_devtester.lease_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE iris_devtester.meta (
    only_row boolean DEFAULT true NOT NULL,
    version integer NOT NULL,
    CONSTRAINT meta_only_row_check CHECK (only_row)
);

ALTER TABLE iris_devtester.meta OWNER TO owner;

CREATE TABLE iris_devtester.project (
    engine text NOT NULL,
    project text NOT NULL,
    version bigint NOT NULL,
    folder boolean NOT NULL,
    imported boolean NOT NULL
);

ALTER TABLE iris_devtester.project OWNER TO owner;

CREATE TABLE iris_devtester.reaper (
    engine text NOT NULL,
    machine text NOT NULL,
    pid bigint NOT NULL,
    start_time text NOT NULL
);

ALTER TABLE iris_devtester.reaper OWNER TO owner;

CREATE TABLE iris_devtester.registry (
    engine text NOT NULL,
    generation bigint DEFAULT 0 NOT NULL,
    ranges jsonb,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

ALTER TABLE iris_devtester.registry OWNER TO owner;

CREATE TABLE iris_devtester.remembered (
    engine text NOT NULL,
    project text NOT NULL,
    service text NOT NULL,
    port integer NOT NULL,
    released_at timestamp with time zone NOT NULL,
    seq bigint NOT NULL
);

ALTER TABLE iris_devtester.remembered OWNER TO owner;

ALTER TABLE iris_devtester.remembered ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME iris_devtester.remembered_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE iris_devtester.system_service (
    engine text NOT NULL,
    port integer NOT NULL,
    service text NOT NULL,
    status text NOT NULL,
    registered_at timestamp with time zone NOT NULL,
    CONSTRAINT system_service_port_check CHECK (((port >= 1) AND (port <= 65535)))
);

ALTER TABLE iris_devtester.system_service OWNER TO owner;

INSERT INTO iris_devtester.assignment VALUES ('old', '/@runner-a/srv/shop', 'iris', 23100, '2026-11-28 23:45:09.749+00', 'auto', 'active', NULL, NULL);
INSERT INTO iris_devtester.assignment VALUES ('old', '/@runner-a/srv/shop', 'node', 23200, '2026-11-28 23:45:09.763+00', 'auto', 'active', NULL, NULL);

INSERT INTO iris_devtester.change VALUES ('old', 'b0ac0828-f57d-4b76-ab9b-b7d0799de317', '2026-11-28 23:45:09.753484+00', NULL, NULL);
INSERT INTO iris_devtester.change VALUES ('old', 'ef2a3608-e634-4941-b4c0-c36fae7dc8a4', '2026-11-28 23:45:09.764407+00', NULL, NULL);
INSERT INTO iris_devtester.change VALUES ('old', '15e73925-b041-49ab-afdb-4b6f9b735d88', '2026-11-28 23:45:09.772083+00', NULL, NULL);
INSERT INTO iris_devtester.change VALUES ('old', '5604dff5-7f32-4c20-87cd-f9f05a82e7cd', '2026-11-28 23:45:09.778671+00', NULL, NULL);
INSERT INTO iris_devtester.change VALUES ('old', 'ca7bd732-50b0-4ec9-916b-c9c032334fda', '2026-11-28 23:45:09.787162+00', NULL, NULL);

INSERT INTO iris_devtester.container OVERRIDING SYSTEM VALUE VALUES ('old', 'c1', '/srv/shop', 'iris_shop', 'warm', NULL, NULL, '{"engine": "unix:///var/run/docker.sock", "idle_timeout_ms": 600000}', 1);

INSERT INTO iris_devtester.history VALUES ('old', 1, 1, '2026-11-28 23:45:09.749+00', 'assigned', 23100, '/@runner-a/srv/shop', 'iris', 'requested');
INSERT INTO iris_devtester.history VALUES ('old', 2, 1, '2026-11-28 23:45:09.763+00', 'assigned', 23200, '/@runner-a/srv/shop', 'node', 'requested');
INSERT INTO iris_devtester.history VALUES ('old', 3, 1, '2026-11-28 23:45:09.771+00', 'assigned', 23105, '/@runner-a/srv/gone', 'iris', 'port 23105 requested');
INSERT INTO iris_devtester.history VALUES ('old', 4, 1, '2026-11-28 23:45:09.776+00', 'released', 23105, '/@runner-a/srv/gone', 'iris', 'requested');

INSERT INTO iris_devtester.lease OVERRIDING SYSTEM VALUE VALUES ('old', 'lease-1', '/srv/shop', 'vitest', 'runner-a/boot/1', 4242, '99', 'c1', '2026-01-01 00:00:00+00', '2026-11-28 23:45:09.788235+00', NULL, '{"namespaces": ["USER"]}', 1);

INSERT INTO iris_devtester.meta VALUES (true, 2);

INSERT INTO iris_devtester.project VALUES ('old', '/@runner-a/srv/shop', 240541879973224, false, false);
INSERT INTO iris_devtester.project VALUES ('old', '/@runner-a/srv/gone', 59442582426250, false, false);
INSERT INTO iris_devtester.project VALUES ('old', '/srv/shop', 229984644126320, false, false);

INSERT INTO iris_devtester.registry VALUES ('old', 5, '{"iris": [23100, 23109], "node": [23200, 23209]}', '2026-11-28 23:45:09.723496+00');

INSERT INTO iris_devtester.remembered OVERRIDING SYSTEM VALUE VALUES ('old', '/@runner-a/srv/gone', 'iris', 23105, '2026-11-28 23:45:09.776+00', 1);

SELECT pg_catalog.setval('iris_devtester.container_seq_seq', 1, true);

SELECT pg_catalog.setval('iris_devtester.lease_seq_seq', 1, true);

SELECT pg_catalog.setval('iris_devtester.remembered_seq_seq', 1, true);

ALTER TABLE ONLY iris_devtester.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (engine, project, service);

ALTER TABLE ONLY iris_devtester.assignment
    ADD CONSTRAINT assignment_port UNIQUE (engine, port);

ALTER TABLE ONLY iris_devtester.change
    ADD CONSTRAINT commit_id_pkey PRIMARY KEY (engine, id);

ALTER TABLE ONLY iris_devtester.container
    ADD CONSTRAINT container_pkey PRIMARY KEY (engine, id);

ALTER TABLE ONLY iris_devtester.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (engine, generation, place);

ALTER TABLE ONLY iris_devtester.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (engine, id);

ALTER TABLE ONLY iris_devtester.meta
    ADD CONSTRAINT meta_pkey PRIMARY KEY (only_row);

ALTER TABLE ONLY iris_devtester.project
    ADD CONSTRAINT project_pkey PRIMARY KEY (engine, project);

ALTER TABLE ONLY iris_devtester.reaper
    ADD CONSTRAINT reaper_pkey PRIMARY KEY (engine, machine);

ALTER TABLE ONLY iris_devtester.registry
    ADD CONSTRAINT registry_pkey PRIMARY KEY (engine);

ALTER TABLE ONLY iris_devtester.remembered
    ADD CONSTRAINT remembered_pkey PRIMARY KEY (engine, project, service);

ALTER TABLE ONLY iris_devtester.system_service
    ADD CONSTRAINT system_service_pkey PRIMARY KEY (engine, port);

CREATE INDEX change_generation ON iris_devtester.change USING btree (engine, generation);

CREATE INDEX container_project ON iris_devtester.container USING btree (engine, project);

CREATE INDEX lease_project ON iris_devtester.lease USING btree (engine, project);

GRANT USAGE ON SCHEMA iris_devtester TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.lease TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.assignment TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.change TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.container TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.history TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.meta TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.project TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.reaper TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.registry TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.remembered TO ci;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE iris_devtester.system_service TO ci;


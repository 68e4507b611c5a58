/** Reads a registry, in one statement and so as of one moment. Gives no document for one that hasn't changed. */
const READ = `
create or replace function iris_devtester.iso(t timestamptz) returns text language sql immutable parallel safe
return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

create or replace function iris_devtester.age_ms(t timestamptz) returns double precision language sql volatile
return round(extract(epoch from clock_timestamp() - t) * 1000);

create or replace function iris_devtester.read(p_engine text, p_known bigint, p_machine text)
returns table (version integer, generation bigint, document text) language plpgsql stable as $$
begin
  return query
  select (select m.version from iris_devtester.meta m), r.generation,
    case when r.generation = p_known then null else json_build_object(
      'created_at', iris_devtester.iso(r.created_at),
      'ranges', r.ranges,
      'projects', (select json_agg(json_build_array(p.project, p.version::text, p.folder, p.imported))
        from iris_devtester.project p where p.engine = p_engine),
      'assignments', (select json_agg(json_build_array(a.project, a.service, a.port, iris_devtester.iso(a.assigned_at),
          a.type, a.status, a.container_name) order by a.assigned_at, a.port)
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
    )::text end
  from iris_devtester.registry r where r.engine = p_engine;
end $$;
`

/**
 * Makes a commit, all of it or nothing, in one round trip. It relies on READ COMMITTED: an update whose row was changed
 * meanwhile waits for that, and then looks at its condition again. Each project's version is compared, and the unique
 * constraints see to ports across projects; so two commits of different projects meet only at the counter at the end.
 * A commit that was sent before (the connection broke) waits for that one, and makes nothing again.
 */
const COMMIT = `
create or replace function iris_devtester.commit(p_engine text, p_id uuid, p_ops jsonb) returns bigint
language plpgsql as $$
declare
  made bigint;
  matched integer;
  wanted integer := coalesce(jsonb_array_length(p_ops->'projects'), 0);
begin
  insert into iris_devtester.commit_id (engine, id) values (p_engine, p_id) on conflict do nothing;
  if not found then return 0; end if;
  if wanted > 1 then
    perform 1 from iris_devtester.project p where p.engine = p_engine
      and p.project in (select e->>0 from jsonb_array_elements(p_ops->'projects') e) order by p.project for update;
  end if;
  if wanted > 0 then
    with w as (
      select e->>0 as project, (e->>1)::bigint as expected, (e->>2)::bigint as version, (e->>3)::boolean as folder,
        (e->>4)::boolean as imported
      from jsonb_array_elements(p_ops->'projects') e
    ), changed as (
      update iris_devtester.project p set version = w.version, folder = w.folder, imported = w.imported from w
      where p.engine = p_engine and p.project = w.project and p.version = w.expected returning 1
    ), added as (
      insert into iris_devtester.project (engine, project, version, folder, imported)
      select p_engine, w.project, w.version, w.folder, w.imported from w where w.expected = 0 returning 1
    )
    select (select count(*) from changed) + (select count(*) from added) into matched;
    if matched <> wanted then raise exception 'changed by another' using errcode = 'IR001'; end if;
  end if;
  if p_ops ? 'assignments_gone' then
    delete from iris_devtester.assignment a using jsonb_array_elements(p_ops->'assignments_gone') e
    where a.engine = p_engine and a.project = e->>0 and a.service = e->>1;
  end if;
  if p_ops ? 'system_gone' then
    delete from iris_devtester.system_service s using jsonb_array_elements(p_ops->'system_gone') e
    where s.engine = p_engine and s.port = (e#>>'{}')::integer;
  end if;
  if p_ops ? 'assignments' then
    insert into iris_devtester.assignment (engine, project, service, port, assigned_at, type, status, container_name)
    select p_engine, e->>0, e->>1, (e->>2)::integer, (e->>3)::timestamptz, e->>4, e->>5, e->>6
    from jsonb_array_elements(p_ops->'assignments') e;
  end if;
  if p_ops ? 'system' then
    insert into iris_devtester.system_service (engine, port, service, status, registered_at)
    select p_engine, (e->>0)::integer, e->>1, e->>2, (e->>3)::timestamptz from jsonb_array_elements(p_ops->'system') e;
  end if;
  if p_ops ? 'remembered_gone' then
    delete from iris_devtester.remembered b using jsonb_array_elements(p_ops->'remembered_gone') e
    where b.engine = p_engine and b.project = e->>0 and b.service = e->>1;
  end if;
  if p_ops ? 'remembered' then
    insert into iris_devtester.remembered (engine, project, service, port, released_at)
    select p_engine, e->>0, e->>1, (e->>2)::integer, (e->>3)::timestamptz
    from jsonb_array_elements(p_ops->'remembered') e;
  end if;
  if p_ops ? 'leases_gone' then
    delete from iris_devtester.lease l using jsonb_array_elements(p_ops->'leases_gone') e
    where l.engine = p_engine and l.id = e#>>'{}';
  end if;
  if p_ops ? 'leases' then
    insert into iris_devtester.lease as l (engine, id, project, runner, machine, pid, start_time, container_id,
      acquired_at, swept_since, detail)
    select p_engine, e->>'id', e->>'project', e->>'runner', e->>'machine', (e->>'pid')::bigint, e->>'start_time',
      e->>'container_id', (e->>'acquired_at')::timestamptz,
      case when e->'detail' ? 'swept_by' then clock_timestamp() end, e->'detail'
    from jsonb_array_elements(p_ops->'leases') with ordinality as o(e, n) order by n
    on conflict (engine, id) do update set project = excluded.project, container_id = excluded.container_id,
      machine = excluded.machine, pid = excluded.pid, start_time = excluded.start_time, detail = excluded.detail,
      swept_since = case when l.detail->'swept_by' = excluded.detail->'swept_by' then l.swept_since
        else excluded.swept_since end;
  end if;
  if p_ops ? 'containers_gone' then
    delete from iris_devtester.container c using jsonb_array_elements(p_ops->'containers_gone') e
    where c.engine = p_engine and c.id = e#>>'{}';
  end if;
  if p_ops ? 'containers' then
    insert into iris_devtester.container as c (engine, id, project, name, keep, idle_since, closing_since, detail)
    select p_engine, e->>'id', e->>'project', e->>'name', e->>'keep',
      clock_timestamp() - (e->>'idle_age')::double precision * interval '1 millisecond',
      case when e->'detail' ? 'closing' then clock_timestamp() end, e->'detail'
    from jsonb_array_elements(p_ops->'containers') with ordinality as o(e, n) order by n
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
    ranges = coalesce(p_ops->'ranges'->0, r.ranges) where r.engine = p_engine
  returning r.generation into made;
  if not found then raise exception 'no such registry' using errcode = 'IR001'; end if;
  if (p_ops ? 'assignments' or p_ops ? 'system') and exists (
    select 1 from iris_devtester.system_service s join iris_devtester.assignment a using (engine, port)
    where s.engine = p_engine
  ) then raise exception 'port of the system' using errcode = 'IR001'; end if;
  if p_ops ? 'history' then
    insert into iris_devtester.history (engine, generation, place, at, action, port, project, service, reason)
    select p_engine, made, n, (e->>0)::timestamptz, e->>1, (e->>2)::integer, e->>3, e->>4, e->>5
    from jsonb_array_elements(p_ops->'history') with ordinality as o(e, n);
  end if;
  if made % 256 = 0 then
    delete from iris_devtester.history h where h.engine = p_engine and h.generation < made - 100
      and h.generation < (select min(k.generation) from (select n.generation from iris_devtester.history n
        where n.engine = p_engine order by n.generation desc, n.place limit 100) k);
    delete from iris_devtester.commit_id c where c.engine = p_engine and c.at < clock_timestamp() - interval '1 hour';
  end if;
  perform pg_notify('iris_devtester', p_engine);
  return made;
exception
  when unique_violation or deadlock_detected or serialization_failure or sqlstate 'IR001' then
    return null;
end $$;
`

/** A lease is renewed by the server's clock. It concerns nobody but who looks for dead ones, so nobody is told. */
const RENEW = `
create or replace function iris_devtester.renew(p_engine text, p_lease text) returns void language sql
begin atomic
  update iris_devtester.lease set renewed_at = clock_timestamp() where engine = p_engine and id = p_lease;
end;
`

export const FUNCTIONS = `${READ}${COMMIT}${RENEW}`

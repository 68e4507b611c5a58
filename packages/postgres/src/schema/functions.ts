import { SCHEMA_VERSION } from './schema-version.ts'

/** The advisory lock of a registry's turns, as the arguments of a function. @param engine an expression of the server's */
export const turnLock = (engine: string) => `(4951438, hashtext(${engine}))`

/** Raised for a client of another release than the one that the schema is of. */
export const OTHER_VERSION = 'IR002'

const CHECK_VERSION = `if p_version <> ${SCHEMA_VERSION} then
    raise exception 'the schema has version ${SCHEMA_VERSION}' using errcode = '${OTHER_VERSION}';
  end if;`

/**
 * What is sent of a registry: all of it, or the rows of the projects in `touched` and the history since.
 *
 * @param rowsOf a table's rows that are meant, as a `from` clause
 */
const sent = (rowsOf: (table: string, alias: string) => string, historySince: string) => `json_build_object(
      'generation', known.generation,
      'touched', touched,
      'created_at', iris_devtester.iso(known.created_at),
      'ranges', known.ranges,
      'projects', (select json_agg(json_build_array(p.project, p.version::text, p.folder, p.imported))
        from ${rowsOf('project', 'p')}),
      'assignments', (select json_agg(json_build_array(a.project, a.service, a.port, iris_devtester.iso(a.assigned_at),
          a.type, a.status, a.container_name, iris_devtester.iso(a.expires_at)) order by a.assigned_at, a.port)
        from ${rowsOf('assignment', 'a')}),
      'remembered', (select json_agg(json_build_array(b.project, b.service, b.port, iris_devtester.iso(b.released_at))
          order by b.seq) from ${rowsOf('remembered', 'b')}),
      'system', (select json_agg(json_build_array(s.port, s.service, s.status, iris_devtester.iso(s.registered_at)))
        from iris_devtester.system_service s where s.engine = p_engine),
      'leases', (select json_agg(json_build_object('id', l.id, 'project', l.project, 'runner', l.runner,
          'machine', l.machine, 'pid', l.pid, 'start_time', l.start_time, 'container_id', l.container_id,
          'acquired_at', iris_devtester.iso(l.acquired_at), 'renewed_age', iris_devtester.age_ms(l.renewed_at),
          'swept_age', iris_devtester.age_ms(l.swept_since), 'detail', l.detail) order by l.seq)
        from ${rowsOf('lease', 'l')}),
      'containers', (select json_agg(json_build_object('id', c.id, 'project', c.project, 'name', c.name, 'keep', c.keep,
          'idle_age', iris_devtester.age_ms(c.idle_since), 'closing_age', iris_devtester.age_ms(c.closing_since),
          'detail', c.detail) order by c.seq)
        from ${rowsOf('container', 'c')}),
      'reaper', (select json_build_array(e.pid, e.start_time) from iris_devtester.reaper e
        where e.engine = p_engine and e.machine = p_machine),
      'history', (select json_agg(json_build_array(iris_devtester.iso(h.at), h.action, h.port, h.project, h.service,
          h.reason) order by h.generation desc, h.place)
        from (select * from iris_devtester.history n where n.engine = p_engine${historySince}
          order by n.generation desc, n.place limit 100) h)
    )::text`

/**
 * Reads a registry as of one moment: all statements of a stable function see what its caller sees. Whoever has read it
 * before is sent `unchanged`, or what has changed since, as long as the changes are known; null stands for a registry that
 * isn't there.
 */
const READ = `
create or replace function iris_devtester.iso(t timestamptz) returns text language sql immutable parallel safe
return to_char(t at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

create or replace function iris_devtester.age_ms(t timestamptz) returns double precision language sql volatile
return round(extract(epoch from clock_timestamp() - t) * 1000);

create or replace function iris_devtester.read(p_version integer, p_engine text, p_known bigint, p_machine text)
returns text language plpgsql stable as $$
declare
  known iris_devtester.registry;
  touched text[];
begin
  ${CHECK_VERSION}
  if p_known < 0 and exists (select from iris_devtester.meta m where m.version <> p_version) then
    raise exception 'the schema has another version' using errcode = '${OTHER_VERSION}';
  end if;
  select * into known from iris_devtester.registry r where r.engine = p_engine;
  if not found then return null; end if;
  if known.generation = p_known then return 'unchanged'; end if;
  if exists (select from iris_devtester.change g where g.engine = p_engine and g.generation = p_known + 1) then
    select coalesce(array_agg(distinct t.project), '{}') into touched
    from iris_devtester.change g, unnest(g.projects) t (project) where g.engine = p_engine and g.generation > p_known;
    return ${sent(
      (table, alias) =>
        `unnest(touched) t (project) join iris_devtester.${table} ${alias} on ${alias}.engine = p_engine and ${alias}.project = t.project`,
      ' and n.generation > p_known',
    )};
  end if;
  return ${sent((table, alias) => `iris_devtester.${table} ${alias} where ${alias}.engine = p_engine`, '')};
end $$;
`

/** Begins a loop over a list of rows: `e` is each of them in turn. Quicker for a few than a query that takes them apart. */
const forEach = (rows: string) =>
  `for i in 0 .. coalesce(jsonb_array_length(p_ops->'${rows}'), 0) - 1 loop
    e := p_ops->'${rows}'->i;`

/**
 * Makes a commit, all of it or nothing, in one round trip. It relies on READ COMMITTED: an update whose row was changed
 * meanwhile waits for that, and then looks at its condition again. Each project's version is compared, and the unique
 * constraints see to ports across projects; so two commits of different projects meet only at the counter at the end,
 * whose row is locked until the commit is done: generations become visible in their order. A commit that was sent before
 * (the connection broke) waits for that one, meets its own change, and answers what that one would have.
 *
 * Where somebody has its turn, or waits for it, others are refused and queue, too: else the quick would starve the slow.
 */
const COMMIT = `
create or replace function iris_devtester.commit(p_version integer, p_engine text, p_id uuid, p_ops jsonb,
  p_insists boolean default false)
returns bigint language plpgsql as $$
declare
  made bigint;
  e jsonb;
begin
  ${CHECK_VERSION}
  if not p_insists and not pg_try_advisory_xact_lock_shared${turnLock('p_engine')} then return null; end if;
  ${forEach('projects')}
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
  ${forEach('assignments_gone')}
    delete from iris_devtester.assignment a
    where a.engine = p_engine and a.project = e->>0 and a.service = e->>1;
  end loop;
  if p_ops ? 'system_gone' then
    delete from iris_devtester.system_service s using jsonb_array_elements(p_ops->'system_gone') x
    where s.engine = p_engine and s.port = (x#>>'{}')::integer;
  end if;
  ${forEach('assignments')}
    insert into iris_devtester.assignment (engine, project, service, port, assigned_at, type, status, container_name,
      expires_at)
    values (p_engine, e->>0, e->>1, (e->>2)::integer, (e->>3)::timestamptz, e->>4, e->>5, e->>6,
      (e->>7)::timestamptz);
  end loop;
  if p_ops ? 'system' then
    insert into iris_devtester.system_service (engine, port, service, status, registered_at)
    select p_engine, (x->>0)::integer, x->>1, x->>2, (x->>3)::timestamptz from jsonb_array_elements(p_ops->'system') x;
  end if;
  ${forEach('remembered_gone')}
    delete from iris_devtester.remembered b
    where b.engine = p_engine and b.project = e->>0 and b.service = e->>1;
  end loop;
  ${forEach('remembered')}
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
  ${forEach('history')}
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
`

/** A lease is renewed by the server's clock. It concerns nobody but who looks for dead ones, so nobody is told. */
const RENEW = `
create or replace function iris_devtester.renew(p_engine text, p_lease text) returns void language sql
begin atomic
  update iris_devtester.lease set renewed_at = clock_timestamp() where engine = p_engine and id = p_lease;
end;
`

export const FUNCTIONS = `${READ}${COMMIT}${RENEW}`

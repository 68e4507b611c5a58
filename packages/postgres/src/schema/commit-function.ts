import { CHECK_VERSION } from './check-version.ts'
import { listenerLock, turnLock } from './locks.ts'

/** Begins a loop over a list of rows: `e` is each of them in turn. Quicker for a few than a query that takes them apart. */
const forEach = (rows: string) =>
  `for i in 0 .. coalesce(jsonb_array_length(p_ops->'${rows}'), 0) - 1 loop
    e := p_ops->'${rows}'->i;`

/**
 * Makes a commit, all of it or nothing, in one round trip. Commits to a registry are made one at a time, in the order in which
 * they came: each waits first for the turns' lock, and keeps it until it is done. So nothing changes under it, generations
 * become visible in their order, and the first port of those offered that is free now stays so. What counts are the versions
 * and constraints: each project's version is compared, and what stands against a constraint is refused. A commit that was
 * sent before (the connection broke) waits for that one, meets its own change, and answers what that one would have.
 *
 * Those who wait for changes share a lock: where none does, nobody needs to be told.
 */
export const COMMIT = `
create or replace function iris_devtester.commit(p_version integer, p_engine text, p_id uuid, p_ops jsonb,
  p_patience integer, out made bigint, out chosen integer)
language plpgsql as $$
declare
  e jsonb;
begin
  ${CHECK_VERSION}
  if not pg_try_advisory_xact_lock${turnLock('p_engine')} then
    if p_patience > 0 then perform set_config('lock_timeout', p_patience::text, true); end if;
    perform pg_advisory_xact_lock${turnLock('p_engine')};
  end if;
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
    if e->2 = 'null' then
      <<choice>>
      for r in 0 .. jsonb_array_length(p_ops->'ports') - 1 loop
        for candidate in (p_ops->'ports'->r->>0)::integer .. (p_ops->'ports'->r->>1)::integer loop
          continue when exists (select from iris_devtester.assignment a
            where a.engine = p_engine and a.port = candidate);
          insert into iris_devtester.assignment (engine, project, service, port, assigned_at, type, status,
            container_name, expires_at)
          values (p_engine, e->>0, e->>1, candidate, (e->>3)::timestamptz, e->>4, e->>5, e->>6, (e->>7)::timestamptz)
          returning port into chosen;
          exit choice;
        end loop;
      end loop;
      if chosen is null then raise exception 'none of the ports is free' using errcode = 'IR001'; end if;
      continue;
    end if;
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
  insert into iris_devtester.change (engine, id, generation, port, projects)
  select p_engine, p_id, made, chosen, array(select jsonb_array_elements_text(p_ops->'touched'));
  if p_ops ? 'assignments' or p_ops ? 'system' then
    -- There is none, as a rule: so the rest isn't even planned.
    if exists (select from iris_devtester.system_service s where s.engine = p_engine) then
      if exists (select from iris_devtester.system_service s join iris_devtester.assignment a using (engine, port)
        where s.engine = p_engine)
      then raise exception 'port of the system' using errcode = 'IR001'; end if;
    end if;
  end if;
  ${forEach('history')}
    insert into iris_devtester.history (engine, generation, place, at, action, port, project, service, reason)
    values (p_engine, made, i + 1, (e->>0)::timestamptz, e->>1, coalesce((e->>2)::integer, chosen), e->>3, e->>4, e->>5);
  end loop;
  if made % 256 = 0 then
    delete from iris_devtester.history h where h.engine = p_engine and h.generation < made - 100
      and h.generation < (select min(k.generation) from (select n.generation from iris_devtester.history n
        where n.engine = p_engine order by n.generation desc, n.place limit 100) k);
    delete from iris_devtester.change g where g.engine = p_engine and (g.generation is null or g.generation <
      (select min(k.generation) from iris_devtester.change k where k.engine = p_engine
        and k.at >= clock_timestamp() - interval '1 hour'));
  end if;
  if not pg_try_advisory_xact_lock${listenerLock('p_engine')} then perform pg_notify('iris_devtester', p_engine); end if;
exception
  when unique_violation or deadlock_detected or serialization_failure or lock_not_available or sqlstate 'IR001' then
    select g.generation, g.port into made, chosen from iris_devtester.change g
    where g.engine = p_engine and g.id = p_id;
end $$;
`

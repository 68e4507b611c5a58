import { CHECK_VERSION, OTHER_VERSION } from './check-version.ts'

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
export const READ = `
create or replace function iris_devtester.iso(t timestamptz) returns text language sql stable parallel safe
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

import { useMemo, useState } from 'preact/hooks'
import type { DashboardState, InstanceState, ProjectState } from '../state.ts'
import { ActionButton } from './action-button.tsx'
import { Containers, instanceHref, Runs } from './instance-parts.tsx'
import { PortRange } from './port-range.tsx'

/** Everything at one glance: whose ports, and which projects with what running. */
export function Overview({ state }: { readonly state: DashboardState }) {
  const [filter, setFilter] = useState('')
  const all = Object.values(state.projects)
  const wanted = filter.trim().toLowerCase()
  const projects = wanted === '' ? all : all.filter((one) => textOf(one).includes(wanted))
  const ranges = Object.values(state.ranges)
  return (
    <>
      <section aria-labelledby="projects">
        <div class="bar">
          <h1 id="projects">
            Projects <span class="count">{all.length}</span>
          </h1>
          <label>
            Filter{' '}
            <input
              type="search"
              value={filter}
              placeholder="name, port, runner"
              onInput={({ currentTarget }) => setFilter(currentTarget.value)}
            />
          </label>
          <ActionButton action="prune" project="" label="Prune containers …" />
        </div>
        {all.length === 0 && (
          <p class="empty">
            No project has a port, a container or a run. Run the tests of one, or start its IRIS in its folder:{' '}
            <code>{state.about.command} up</code>
          </p>
        )}
        {all.length > 0 && projects.length === 0 && <p class="empty">No project matches the filter.</p>}
        {state.about.isShared ? (
          <ByMachine projects={projects} own={state.about.machine} />
        ) : (
          <List projects={projects} />
        )}
      </section>
      <section aria-labelledby="ports">
        <h1 id="ports">Ports</h1>
        <div class="ranges">
          {ranges.map((range) => (
            <PortRange key={range.service} range={range} />
          ))}
        </div>
        {ranges.length === 0 && <p class="empty">The registry could not be read yet.</p>}
      </section>
    </>
  )
}

function textOf({ name, instances }: ProjectState): string {
  const parts = instances.flatMap(({ ports, containers, runs }) => [
    ...ports.map(({ port, service }) => `${port} ${service}`),
    ...containers.map((one) => `${one.name} ${one.state}`),
    ...runs.map(({ runner, pid }) => `${runner} ${pid}`),
  ])
  return [name, ...parts].join(' ').toLowerCase()
}

function ByMachine({ projects, own }: { readonly projects: readonly ProjectState[]; readonly own: string }) {
  const machines = new Map<string, ProjectState[]>()
  for (const one of projects) {
    const machine = one.machine ?? ''
    machines.set(machine, [...(machines.get(machine) ?? []), one])
  }
  return (
    <>
      {[...machines].map(([machine, ofMachine]) => (
        <section key={machine} aria-label={machine === '' ? 'Projects with an id' : `Machine ${machine}`}>
          <h2>
            {machine === '' ? 'Projects with their own id' : machine}
            {machine === own && ' (this machine)'} <span class="count">{ofMachine.length}</span>
          </h2>
          <List projects={ofMachine} />
        </section>
      ))}
    </>
  )
}

function List({ projects }: { readonly projects: readonly ProjectState[] }) {
  return (
    <ul class="projects">
      {projects.map((project) => (
        <Project key={project.name} project={project} />
      ))}
    </ul>
  )
}

function Project({ project }: { readonly project: ProjectState }) {
  // Below its machine, where there are several.
  const Heading = project.machine === undefined ? 'h2' : 'h3'
  return useMemo(
    () => (
      <li class="card">
        <Heading>
          <a href={instanceHref(project.instances[0]?.name ?? project.name)}>{project.title}</a>
        </Heading>
        <p class="folder">
          {project.folder}
          {project.isFolderGone && <strong> – the folder no longer exists</strong>}
        </p>
        {project.instances.map((instance) => (
          <Instance key={instance.name} instance={instance} isOnly={project.instances.length === 1} />
        ))}
      </li>
    ),
    [project],
  )
}

function Instance({ instance, isOnly }: { readonly instance: InstanceState; readonly isOnly: boolean }) {
  const { name, ports, containers, runs } = instance
  return (
    <div class="instance">
      {!isOnly && (
        <p>
          Instance <a href={instanceHref(name)}>{instance.instance}</a>
        </p>
      )}
      {ports.length > 0 && (
        <ul class="chips" aria-label="Ports">
          {ports.map(({ service, port, type }) => (
            <li key={service}>
              {service} <b>{port}</b>
              {type === 'manual' && ' (asked for)'}
            </li>
          ))}
        </ul>
      )}
      <Containers containers={containers} />
      <Runs runs={runs} />
    </div>
  )
}

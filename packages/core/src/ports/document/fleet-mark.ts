/** What names of projects in a registry of several machines begin with. */
export const FLEET_MARK = '/@'

/** Whether it names a project of a registry that several machines share. */
export function isFleetName(name: string): boolean {
  return name.startsWith(FLEET_MARK)
}

import { isDebian } from './system.mjs'

const elsewhere = `Does one answer elsewhere? Name it:
  export DOCKER_HOST=unix:///path/to/docker.sock`

/**
 * What to do on this system so that an engine answers, in steps that can be copied.
 *
 * @param {import('./system.mjs').System} system
 * @param {{ installed: boolean, denied?: boolean, namedBy?: string | undefined }} found `installed`: there is a Docker here,
 *   it just doesn't answer; `denied`: one answers, but not to us; `namedBy`: who named the only address that was tried
 */
export function engineAdvice(system, { installed, denied = false, namedBy }) {
  if (namedBy) {
    const variable = /DOCKER_(?:HOST|CONTEXT)$/.exec(namedBy)?.[0]
    return `Start the engine that ${namedBy} names, or leave the choice to the set-up:
  ${variable ? `unset ${variable}` : 'docker context use default'}`
  }
  if (denied) {
    return `An engine is there, but this user may not use it. Join its group, log in again, and repeat:
  sudo usermod -aG docker "$USER"`
  }
  return `${stepsFor(system, installed)}\nThen run the same command again.\n${elsewhere}`
}

/**
 * @param {import('./system.mjs').System} system
 * @param {boolean} installed
 */
function stepsFor(system, installed) {
  if (system.platform === 'darwin') {
    return installed
      ? 'Start the one you have: open -a Docker   (or: open -a OrbStack, colima start, podman machine start)'
      : 'Install Docker Desktop and start it:\n  brew install --cask docker && open -a Docker\nor, without a desktop application:\n  brew install colima docker && colima start'
  }
  if (system.platform === 'win32') {
    return installed
      ? 'Start Docker Desktop from the Start menu and wait until it says "Engine running".'
      : 'Install Docker Desktop and start it, in a terminal with administrator rights:\n  wsl --install\n  winget install -e --id Docker.DockerDesktop'
  }
  const sudo = system.administrator ? '' : 'sudo '
  const group = system.administrator ? '' : `\n  sudo usermod -aG docker "$USER"   (then log in again)`
  const start = `  ${startCommand(system, sudo)}${group}`
  if (installed) return `Start Docker:\n${start}`
  const install = installCommand(system, sudo)
  return install
    ? `Install Docker and start it:\n  ${install}\n${start}`
    : `Install Docker Engine as https://docs.docker.com/engine/install/ says for your system, and start it:\n${start}`
}

/**
 * @param {import('./system.mjs').System} system
 * @param {string} sudo
 */
function startCommand({ distribution }, sudo) {
  if (distribution.includes('alpine')) return `${sudo}rc-update add docker default && ${sudo}service docker start`
  return `${sudo}systemctl enable --now docker   (without systemd: ${sudo}service docker start)`
}

/**
 * @param {import('./system.mjs').System} system
 * @param {string} sudo
 */
function installCommand(system, sudo) {
  if (isDebian(system)) {
    return `${sudo}apt-get update && ${sudo}apt-get install -y --no-install-recommends docker.io iptables`
  }
  const { distribution } = system
  if (distribution[0] === 'fedora') return `${sudo}dnf install -y moby-engine`
  if (distribution.includes('arch')) return `${sudo}pacman -S --needed docker`
  if (distribution.includes('alpine')) return `${sudo}apk add docker`
  if (distribution.some((name) => name.includes('suse'))) return `${sudo}zypper install -y docker`
  return undefined
}

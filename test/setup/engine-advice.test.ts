import { describe, expect, test } from 'vitest'
import { mayInstall } from './engine.mjs'
import { engineAdvice } from './engine-advice.mjs'
import { distributionNames, isDebian } from './system.mjs'

const linux = (...distribution: string[]) => ({ platform: 'linux' as const, distribution, administrator: false })
const macOs = { platform: 'darwin' as const, distribution: [], administrator: false }
const windows = { platform: 'win32' as const, distribution: [], administrator: false }

describe('what to do where no engine answers', () => {
  test.each([
    ['Debian', linux('debian'), 'sudo apt-get install -y --no-install-recommends docker.io iptables'],
    ['Ubuntu', linux('ubuntu', 'debian'), 'sudo systemctl enable --now docker'],
    ['Fedora', linux('fedora'), 'sudo dnf install -y moby-engine'],
    ['Arch', linux('arch'), 'sudo pacman -S --needed docker'],
    ['Alpine', linux('alpine'), 'sudo apk add docker'],
    ['another Linux', linux('nixos'), 'https://docs.docker.com/engine/install/'],
    ['macOS', macOs, 'brew install --cask docker'],
    ['Windows', windows, 'winget install -e --id Docker.DockerDesktop'],
  ])('%s', (_, system, command) => {
    expect(engineAdvice(system, { installed: false })).toContain(command)
  })

  test.each([
    ['Linux', linux('debian'), 'systemctl enable --now docker'],
    ['macOS', macOs, 'open -a Docker'],
    ['Windows', windows, 'Start Docker Desktop'],
  ])('%s with Docker installed: starts it and installs nothing', (_, system, command) => {
    const advice = engineAdvice(system, { installed: true })

    expect(advice).toContain(command)
    expect(advice).not.toContain(' install ')
  })

  test('root needs no sudo', () => {
    expect(engineAdvice({ ...linux('fedora'), administrator: true }, { installed: false })).not.toContain('sudo')
  })

  test('a socket that may not be used', () => {
    expect(engineAdvice(linux('debian'), { installed: true, denied: true })).toContain('usermod -aG docker')
  })

  test('an address that was named', () => {
    expect(engineAdvice(linux('debian'), { installed: true, namedBy: 'DOCKER_HOST' })).toContain('unset DOCKER_HOST')
    const context = 'the Docker context "far"'
    const advice = (namedBy: string) => engineAdvice(linux('debian'), { installed: true, namedBy })
    expect(advice(context)).toContain('docker context use default')
    expect(advice(`${context} of DOCKER_CONTEXT`)).toContain('unset DOCKER_CONTEXT')
  })
})

describe('the set-up installs Docker by itself', () => {
  const root = { ...linux('ubuntu', 'debian'), administrator: true }
  const free = { namedBy: undefined, setting: undefined }

  test('as root on Debian and its kin', () => {
    expect(mayInstall(root, free)).toBe(true)
    expect(mayInstall({ ...root, distribution: ['debian'] }, free)).toBe(true)
  })

  test.each([
    ['not root', { ...root, administrator: false }, free],
    ['another system', { ...root, distribution: ['fedora'] }, free],
    ['forbidden', root, { ...free, setting: '0' }],
    ['an engine was named', root, { ...free, namedBy: 'DOCKER_HOST' }],
  ])('never when: %s', (_, system, wishes) => {
    expect(mayInstall(system, wishes)).toBe(false)
  })
})

test('reads the names of a distribution', () => {
  const names = distributionNames('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID=22\n')

  expect(names).toEqual(['linuxmint', 'ubuntu', 'debian'])
  expect(isDebian(linux(...names))).toBe(true)
  expect(distributionNames('')).toEqual([])
})

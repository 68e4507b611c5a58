/**
 * Prints which of the published drivers for IRIS load on this machine: as they are installed, and each of their binaries for
 * this platform; and whether the documentation's examples of the official one pass. Needs npm's registry, half a gigabyte of
 * temporary disk, and a container engine with the image (`IRIS_IMAGE`).
 *
 *   npm run check:drivers
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { runExamples } from './run-examples.ts'

const DRIVERS = ['@intersystems/intersystems-iris-native@2.0.3', 'intersystems-iris@0.2.2']

const folder = mkdtempSync(join(tmpdir(), 'iris-drivers-'))
try {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...DRIVERS], { cwd: folder })
  console.log(`${systemName()}, ${platform()} ${arch()}, Node ${process.versions.node}\n`)
  for (const driver of DRIVERS) {
    const name = driver.replace(/@[^@]*$/, '')
    console.log(`${driver.padEnd(48)}${loading(name)}`)
    for (const binary of binariesOf(name))
      console.log(`  ${binary.padEnd(46)}${loading(`./node_modules/${name}/${binary}`)}`)
  }
  console.log()
  await runExamples(join(folder, 'node_modules/@intersystems/intersystems-iris-native'))
} finally {
  rmSync(folder, { recursive: true, force: true })
}

/** The binaries of a driver that are meant for this platform and processor, by the names of their folders. */
function binariesOf(name: string): string[] {
  const wanted = new RegExp(`(lnx|dockerubuntu).*${arch()}$`)
  return readdirSync(join(folder, 'node_modules', name), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.node') && wanted.test(path.split('/').at(-2) ?? ''))
    .sort()
}

/** What becomes of loading a module in a process of its own: one that crashes says so too. */
function loading(module: string): string {
  const { status, signal, stderr } = spawnSync(process.execPath, ['-e', `require(${JSON.stringify(module)})`], {
    cwd: folder,
    encoding: 'utf8',
  })
  if (status === 0) return 'loads'
  if (signal) return `ends the process: ${signal}`
  const reason = stderr.split('\n').find((line) => line.startsWith('Error: ')) ?? stderr
  return `fails: ${reason.slice('Error: '.length).replaceAll(folder, '…').slice(0, 110)}`
}

function systemName(): string {
  try {
    return /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? platform()
  } catch {
    return platform()
  }
}

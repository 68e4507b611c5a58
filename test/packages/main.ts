/** Packs every package and checks it with publint and are-the-types-wrong: `node test/packages/main.ts`, after a build. */
import { checkPackage } from './check-package.ts'
import { PackedPackages } from './packed-packages.ts'

using packages = await PackedPackages.pack()
for (const one of packages.all) {
  const found = await checkPackage(one)
  console.log(
    `${found.length === 0 ? '✓' : '✗'} ${one.manifest.name} ${one.manifest.version} (${one.files.length} files)`,
  )
  for (const finding of found) console.log(`    ${finding}`)
  if (found.length > 0) process.exitCode = 1
}

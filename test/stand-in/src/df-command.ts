/** The `df` of the stand-in's image, which has no other programs: `df -Pk <path>`, with what a switch says instead of the truth. */
import { statfsSync } from 'node:fs'

const path = process.argv.at(-1) ?? '/'
const { bsize, blocks, bavail } = statfsSync(path)
const total = Math.floor((blocks * bsize) / 1024)
const given = process.env.STANDIN_FREE_DISK_MB
const available = given ? Number(given) * 1024 : Math.floor((bavail * bsize) / 1024)
const capacity = Math.round((100 * (total - available)) / total)
process.stdout.write('Filesystem     1024-blocks     Used Available Capacity Mounted on\n')
process.stdout.write(`overlay ${total} ${total - available} ${available} ${capacity}% /\n`)

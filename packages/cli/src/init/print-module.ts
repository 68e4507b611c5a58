import { generateCode, type ProxifiedModule } from 'magicast'

/** The module's code in the manners of its source: semicolons, quotes, the line at its end. */
export function printModule(module: ProxifiedModule, source: string): string {
  const quote = source.includes('"') && !source.includes("'") ? 'double' : 'single'
  const code = generateCode(module, { quote }).code
  const plain = /;[ \t]*$/m.test(source) ? code : code.replace(/^(import .*);$/gm, '$1')
  return `${plain.trimEnd()}\n`
}

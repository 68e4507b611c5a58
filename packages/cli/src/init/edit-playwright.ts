import { builders, parseModule } from 'magicast'
import { getDefaultExportOptions } from 'magicast/helpers'
import { printModule } from './print-module.ts'

/** Makes our server the first of a Playwright configuration's `webServer`. */
export function editPlaywright(source: string): string | undefined {
  const module = parseModule(source)
  const options = getDefaultExportOptions(module)
  const server = builders.functionCall('irisServer')
  const { webServer } = options
  if (webServer === undefined) options.webServer = [server]
  else if (webServer.$type === 'array') webServer.unshift(server)
  else if (webServer.$type === 'object') options.webServer = [server, webServer]
  else return undefined
  module.imports.$append({ from: '@iris-devtester/playwright', imported: 'irisServer' })
  return printModule(module, source)
}

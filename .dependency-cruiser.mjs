/** The folders of core, each of which may import from those before it and from no other. */
const LAYERS = [
  'debug',
  'timing',
  'errors',
  'process',
  'engine',
  'ports/document',
  'ports/store',
  'ports/assign',
  'ports/doctor',
  'ports',
  'connection',
  'container',
  'lease/book',
  'lease/load',
  'lease/view',
  'lease/cleanup',
  'lease/acquire',
  'lease/manage',
  'lease',
  'run',
]

const CORE = 'packages/core/src'

/**
 * The files that lie in a folder itself; those of `ports` and `lease` aren't those of the folders in them.
 *
 * @param {string} layer
 */
function filesOf(layer) {
  return `^${CORE}/${layer}/[^/]+$`
}

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const upward = LAYERS.map((layer, at) => ({
  name: `${layer.replace('/', '-')}-imports-upwards`,
  severity: 'error',
  comment: `${layer} may import only from: ${LAYERS.slice(0, at).join(', ') || 'nothing'}.`,
  from: { path: filesOf(layer) },
  to: { path: [...LAYERS.slice(at + 1).map(filesOf), `^${CORE}/[^/]+$`] },
}))

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  { name: 'circle', severity: 'error', from: {}, to: { circular: true } },
  ...upward,
  {
    name: 'connection-loads-more-than-it-needs',
    severity: 'error',
    comment: 'Test workers load ./connection: it must bring neither the registry nor a container client.',
    from: { path: `^${CORE}/connection/` },
    to: { path: `^${CORE}/`, pathNot: `^${CORE}/(connection|errors|debug|timing)/` },
  },
  {
    name: 'past-the-entries-of-core',
    severity: 'error',
    comment: 'Adapters and the command line use what core exports.',
    from: { path: '^packages/(?!core/)' },
    to: { path: `^${CORE}/` },
  },
  {
    name: 'product-uses-tests',
    severity: 'error',
    from: { path: '^packages/' },
    to: { path: '^test/' },
  },
]

/** @satisfies {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['node_modules', '/dist/', '\\.test\\.ts$', '/testing/'] },
    tsPreCompilationDeps: true,
  },
}

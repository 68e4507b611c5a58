/** The folders of a package, each of which may import from those before it and from no other. */
const LAYERS = {
  'packages/core/src': [
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
  ],
  'packages/cli/src': [
    'program',
    'output',
    'project',
    'init',
    'completion',
    'commands',
    'definitions',
    'documentation',
  ],
}

const CORE = 'packages/core/src'
/** Tests beside what they test, and what only such tests use. They may import whatever they test. */
const TESTS = String.raw`\.test\.ts$|/testing/`

/**
 * The files that lie in a folder itself; those of `ports` and `lease` aren't those of the folders in them.
 *
 * @param {string} root
 * @param {string} layer
 */
function filesOf(root, layer) {
  return `^${root}/${layer}/[^/]+$`
}

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const upward = Object.entries(LAYERS).flatMap(([root, layers]) =>
  layers.map((layer, at) => ({
    name: `${layer.replace('/', '-')}-imports-upwards`,
    severity: 'error',
    comment: `${layer} may import only from: ${layers.slice(0, at).join(', ') || 'nothing'}.`,
    from: { path: filesOf(root, layer), pathNot: TESTS },
    to: { path: [...layers.slice(at + 1).map((above) => filesOf(root, above)), `^${root}/[^/]+$`] },
  })),
)

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const unplaced = Object.entries(LAYERS).flatMap(([root, layers]) => {
  const outside = { path: `^${root}/[^/]+/`, pathNot: [TESTS, ...layers.map((layer) => filesOf(root, layer))] }
  const rule = /** @type {const} */ ({
    name: 'folder-without-a-layer',
    severity: 'error',
    comment: 'Give the folder its place in LAYERS.',
  })
  return [
    { ...rule, from: outside, to: {} },
    { ...rule, from: { pathNot: TESTS }, to: outside },
  ]
})

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const forbidden = [
  { name: 'circle', severity: 'error', from: { pathNot: TESTS }, to: { circular: true } },
  ...upward,
  ...unplaced,
  {
    name: 'connection-loads-more-than-it-needs',
    severity: 'error',
    comment: 'Test workers load ./connection: it must bring neither the registry nor a container client.',
    from: { path: `^${CORE}/connection/`, pathNot: TESTS },
    to: { path: `^${CORE}/`, pathNot: `^${CORE}/(connection|errors|debug|timing)/` },
  },
  {
    name: 'past-the-entry-of-cleanup',
    severity: 'error',
    comment: "The folder's index says which clean-up does what and when.",
    from: { path: '^packages/', pathNot: [TESTS, `^${CORE}/lease/cleanup/`] },
    to: { path: `^${CORE}/lease/cleanup/`, pathNot: '/index\\.ts$' },
  },
  {
    name: 'past-the-entries-of-a-package',
    severity: 'error',
    comment: 'A package uses what another one exports, by its name.',
    from: { path: '^packages/([^/]+)/' },
    to: { path: '^packages/', pathNot: '^packages/$1/' },
  },
  {
    name: 'product-uses-tests',
    severity: 'error',
    from: { path: '^packages/' },
    to: { path: '^test/' },
  },
  {
    name: 'product-uses-tests',
    severity: 'error',
    from: { path: '^packages/', pathNot: TESTS },
    to: { path: TESTS },
  },
]

/** @satisfies {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden,
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['node_modules', '/dist/'] },
    tsPreCompilationDeps: true,
  },
}

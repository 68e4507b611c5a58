/** `preset: '@iris-devtester/jest'`: plain CommonJS, since Jest takes a preset's whole export as it is. */
module.exports = {
  testEnvironment: require.resolve('./index.cjs'),
  globalSetup: require.resolve('./global-setup.cjs'),
  globalTeardown: require.resolve('./global-teardown.cjs'),
}

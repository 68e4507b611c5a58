// Tests start real processes, and the code under test runs there: let each leave what it ran. Only children see this: our
// own workers, which are running already, are measured by Vitest.
if (process.env.IRIS_TEST_CHILD_COVERAGE) process.env.NODE_V8_COVERAGE = process.env.IRIS_TEST_CHILD_COVERAGE

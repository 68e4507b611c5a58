import { withIris } from '@iris-devtester/jest'

export default withIris({
  transform: { '\\.ts$': '@swc/jest' },
  maxWorkers: 2,
})

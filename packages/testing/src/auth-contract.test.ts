import { describeAuthClient } from '../test/auth-contract.ts'
import { setTestScene } from '../test/test-scene.ts'

describeAuthClient('driven by hand', setTestScene)

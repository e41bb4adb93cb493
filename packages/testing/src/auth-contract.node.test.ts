import { describeAuthClient } from '../test/auth-contract.ts'
import { setRealScene } from '../test/real-scene.ts'

describeAuthClient('the real one', setRealScene)

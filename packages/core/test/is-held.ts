import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { settle } from './fake-platform.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Whether something is left once all is collected that nobody holds, as a browser does whenever it likes. */
export async function isHeld(thing: WeakRef<object>): Promise<boolean> {
  for (let times = 0; times < 3; times += 1) {
    await settle()
    collectGarbage()
  }
  return thing.deref() !== undefined
}

import type { AuthClient, User } from '@latchkey/core'
import { composeHostedClient } from '../../core/src/hosted/hosted-client.ts'
import type { HostedOptions } from '../../core/src/hosted/hosted-options.ts'
import { hostedPageOf } from '../../core/test/hosted-page.ts'
import { createHostedWorker } from '../../core/test/hosted-worker.ts'
import type { SetScene } from './contract-scene.ts'
import { setSceneWith } from './real-scene.ts'

/** Sets a scene with a client that lives in a worker, which all pages of the scene share. */
export const setHostedScene: SetScene = (options) => {
  let worker: ReturnType<typeof createHostedWorker> | undefined
  return setSceneWith(options, (ofClient, platform) => {
    worker ??= createHostedWorker(platform)
    const { connect } = worker
    const hosted = {
      ...ofClient,
      worker: connect,
      fallback: () => {
        throw new Error('There is a worker.')
      },
    } as unknown as HostedOptions
    return composeHostedClient<User>(hosted, hostedPageOf(platform)) as AuthClient<User>
  })
}

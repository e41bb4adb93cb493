import '../../test/setup.ts'
import type { AuthClient, AuthState, User } from '@latchkey/core'
import { expect, it } from 'vitest'
import { createScene, createSignedInScene } from '../../../core/test/signed-in.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { signedIn } from './signed-in.ts'

it('waits for no change that has taken place already', async () => {
  const { auth } = await createSignedInScene()
  const left: AuthState<User>[] = [{ status: 'redirecting', reason: 'requested', to: 'login' }]
  const client: AuthClient<User> = {
    ...auth,
    requireSession: async (options) => left.pop() ?? auth.requireSession(options),
  }
  const { signal } = new AbortController()
  expect(await signedIn(client, { returnTo: '/settings', signal })).toBe(auth.getState())
})

it('is given up by whoever goes elsewhere, whatever is waited for', async () => {
  const { auth, platform } = await createScene()
  platform.setOnline(false)
  const navigation = new AbortController()
  const { signal } = navigation
  const waiting = signedIn(auth, { returnTo: '/settings', signal })
  const hanging = { ...auth, handleCallback: () => new Promise<never>(() => undefined) }
  const finishing = finishSignIn(hanging, signal, {})
  const reason = new Error('The person went elsewhere.')
  navigation.abort(reason)
  await expect(waiting).rejects.toBe(reason)
  await expect(finishing).rejects.toBe(reason)
  expect(platform.visited).toEqual([])
})

import '../../test/setup.ts'
import type { AuthClient, AuthState, User } from '@latchkey/core'
import { expect, it } from 'vitest'
import { createSignedInScene } from '../../../core/test/signed-in.ts'
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

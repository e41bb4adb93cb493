import {
  type AuthClient,
  type AuthState,
  type LoginOptions,
  SignInRequiredError,
  type User,
} from '@latchkey/core'
import { expect, it } from 'vitest'
import { createScene, createSignedInScene } from '../../../core/test/signed-in.ts'
import { until } from '../../../core/test/until.ts'
import { signedInWith } from '../../test/guarded-page.tsx'
import { finishSignIn } from './finish-sign-in.ts'
import * as router from './index.ts'
import { signedIn } from './signed-in.ts'
import { requireAuth } from './tanstack/index.ts'

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

it('ends where the app says, also where a reload cut the sign-in off and somebody is signed in by now', async () => {
  const { auth } = await createSignedInScene()
  const cutOff = new SignInRequiredError('sign_in_interrupted', 'The sign-in was cut off.')
  cutOff.returnTo = '/settings'
  const reloaded = { ...auth, handleCallback: () => Promise.reject(cutOff) }
  const { signal } = new AbortController()
  const goTo = ({ returnTo }: { returnTo: string }): string => `/welcome?next=${returnTo}`
  expect(await finishSignIn(reloaded, signal, { goTo })).toBe('/welcome?next=/settings')
  expect(await finishSignIn(reloaded, signal, {})).toBe('/settings')
})

it('names the page that is there as the end of a sign-in that a fetcher needs, and not what the fetcher asked for', async () => {
  const { auth } = await createSignedInScene()
  await auth.logout({ local: true })
  history.replaceState(null, '', '/orders?page=2#keys')
  const request = new Request(`${location.origin}/api/orders`)
  await expect(router.requireAuth(auth, { forFetchers: true })({ request })).rejects.toMatchObject({
    code: 'not_signed_in',
    returnTo: '/orders?page=2#keys',
  })
})

it('asks for no context where it is not told to put the user into one', async () => {
  const { auth } = await createSignedInScene()
  const request = new Request(`${location.origin}/settings`)
  expect(await router.requireAuth(auth)({ request }, async () => 'shown')).toBe('shown')
})

const demands: readonly [LoginOptions, string][] = [
  [{ acrValues: ['gold'] }, 'acr_values=gold'],
  [{ maxAge: 300 }, 'max_age=300'],
]

it.each(demands)(
  'lets nobody in who came back without the proof that is demanded: %o',
  async (login, asked) => {
    const { auth, platform } = await signedInWith({ acr: 'silver', auth_time: 1_800_000_000 - 4000 })
    const stop = auth.start()
    const { signal } = new AbortController()
    const waiting = signedIn(auth, { returnTo: '/settings', signal, login })
    await until(() => platform.visited.length > 0)
    expect(platform.visited).toEqual([expect.stringContaining(asked)])
    platform.wake('restored')
    await expect(waiting).rejects.toMatchObject({
      code: 'reauthentication_required',
      returnTo: '/settings',
    })
    expect(platform.visited).toHaveLength(1)
    stop()
  },
)

it.each(demands)('preloads for nobody without that proof, and leaves no page for it: %o', async (login) => {
  const preload = async (claims: Record<string, unknown>): Promise<[unknown, readonly string[]]> => {
    const { auth, platform } = await signedInWith(claims)
    const args = { location: { publicHref: '/settings' }, preload: true }
    const outcome = await requireAuth(auth, { login })({ ...args, abortController: new AbortController() })
      .then(({ user }) => user.name)
      .catch(({ name }) => name)
    return [outcome, platform.visited]
  }
  const old = { acr: 'silver', auth_time: 1_800_000_000 - 4000 }
  expect(await preload(old)).toEqual(['AbortError', []])
  expect(await preload({ acr: 'gold', auth_time: 1_800_000_000 - 10 })).toEqual(['Alice', []])
})

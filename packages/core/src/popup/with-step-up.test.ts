import { describe, expect, it } from 'vitest'
import { createFakeApp, type FakeApp, type Tab } from '../../test/fake-app.ts'
import { rejectionOf } from '../../test/pages.ts'
import { passOn, windowOf } from '../../test/windows.ts'
import { type AuthError, NetworkError, SignInRequiredError } from '../errors.ts'
import { withStepUp } from './index.ts'

const api = 'https://api.example/account'
const challenge = (parameters: string): Response =>
  new Response(null, { status: 401, headers: { 'www-authenticate': `Bearer ${parameters}` } })
const wantsGold = 'error="insufficient_user_authentication", acr_values="gold", max_age="60"'

/** Alice is signed in, and the API answers one thing after the other. */
async function signedIn(
  ...answers: Response[]
): Promise<{ app: FakeApp; tab: Tab; sent: (string | null)[] }> {
  const app = await createFakeApp({ options: { apis: [api] } })
  const sent: (string | null)[] = []
  const tab = await app.signIn({
    send: async ({ headers }) => {
      sent.push(headers.get('authorization'))
      return answers.shift() ?? new Response(null, { status: 204 })
    },
  })
  return { app, tab, sent }
}

async function comeBack({ app, tab }: { app: FakeApp; tab: Tab }, claims: object): Promise<void> {
  app.provider.claims = { auth_time: app.nowMs() / 1000, ...claims }
  passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
}

const remove = ({ auth }: Tab): Promise<Response> => auth.fetch(api, { method: 'DELETE' })

describe('a call that may need more of the person (RFC 9470)', () => {
  it('is made once where it does not', async () => {
    const { tab, sent } = await signedIn()
    expect((await withStepUp(tab.auth, () => remove(tab))).status).toBe(204)
    expect([sent.length, tab.platform.windows]).toEqual([1, []])
  })

  it('asks for what the API wants, by a window, and is made once more with the new token', async () => {
    const scene = await signedIn(challenge(wantsGold))
    const { tab, sent } = scene
    const removed = withStepUp(tab.auth, () => remove(tab))
    const { searchParams } = new URL((await windowOf(tab)).url)
    expect([searchParams.get('acr_values'), searchParams.get('max_age')]).toEqual(['gold', '60'])
    await comeBack(scene, { acr: 'gold' })
    expect((await removed).status).toBe(204)
    expect(sent).toHaveLength(2)
    expect(sent[1]).not.toBe(sent[0])
    expect(tab.auth.satisfies({ acrValues: ['gold'], maxAge: 60 })).toBe(true)
    expect(tab.platform.visited).toEqual([])
  })

  it('is not made again where the provider did not do as asked, and the session stays (§5)', async () => {
    const scene = await signedIn(challenge(wantsGold))
    const { tab, sent } = scene
    const token = await tab.auth.getAccessToken()
    const removed = rejectionOf(withStepUp(tab.auth, () => remove(tab)))
    await comeBack(scene, { acr: 'silver' })
    expect(await removed).toMatchObject({ code: 'reauthentication_required' })
    expect(sent).toHaveLength(1)
    await expect(tab.auth.getAccessToken()).resolves.toBe(token)
  })

  it('is not made in the name of somebody else who comes back', async () => {
    const scene = await signedIn(challenge(wantsGold))
    const { tab, sent } = scene
    const removed = rejectionOf(withStepUp(tab.auth, () => remove(tab)))
    await comeBack(scene, { acr: 'gold', sub: 'bob' })
    expect(await removed).toMatchObject({ code: 'subject_changed' })
    expect(sent).toHaveLength(1)
    expect(tab.auth.getState().user?.sub).toBe('alice')
  })

  it('is not made for ever where the API is never content', async () => {
    const scene = await signedIn(challenge(wantsGold), challenge(wantsGold))
    const removed = rejectionOf(withStepUp(scene.tab.auth, () => remove(scene.tab)))
    await comeBack(scene, { acr: 'gold' })
    expect(await removed).toMatchObject({ name: 'ServerError', code: 'step_up_failed' })
    expect(scene.sent).toHaveLength(2)
  })

  it('asks for consent where a scope is missing (RFC 6750 §3.1)', async () => {
    const scene = await signedIn(challenge('error="insufficient_scope", scope="orders:delete"'))
    const removed = withStepUp(scene.tab.auth, () => remove(scene.tab))
    const { searchParams } = new URL((await windowOf(scene.tab)).url)
    expect(searchParams.get('scope')?.split(' ')).toContain('orders:delete')
    await comeBack(scene, {})
    expect((await removed).status).toBe(204)
  })

  it('says what is to be asked for where the window is blocked', async () => {
    const { tab } = await signedIn(challenge(wantsGold))
    tab.platform.blockWindows()
    expect(await rejectionOf(withStepUp(tab.auth, () => remove(tab)))).toMatchObject({
      code: 'popup_blocked',
      fallback: 'redirect',
      demand: { acrValues: ['gold'], maxAge: 60 },
    })
  })

  it('asks in a window that is as it was told to be', async () => {
    const scene = await signedIn(challenge(wantsGold))
    const { tab } = scene
    const options = { loginHint: 'alice', window: { width: 800 } }
    const removed = withStepUp(tab.auth, () => remove(tab), options)
    const { url, size } = await windowOf(tab)
    expect(new URL(url).searchParams.get('login_hint')).toBe('alice')
    expect(size).toEqual({ width: 800, height: 640 })
    await comeBack(scene, { acr: 'gold' })
    expect((await removed).status).toBe(204)
  })

  it.each<[string, AuthError]>([
    ['no network is there', new NetworkError('timeout', 'It took too long.')],
    ['a plain sign-in is what is missing', new SignInRequiredError('session_ended', 'It is over.')],
    [
      'a window was asked for in vain',
      Object.assign(
        new SignInRequiredError('popup_blocked', 'It was blocked.', { demand: { acrValues: ['gold'] } }),
        { fallback: 'redirect' as const },
      ),
    ],
  ])('opens no window where %s', async (_, problem) => {
    const { tab } = await signedIn()
    expect(await rejectionOf(withStepUp(tab.auth, () => Promise.reject(problem)))).toBe(problem)
    expect(tab.platform.windows).toEqual([])
  })

  it('throws what went wrong otherwise as it is', async () => {
    const { tab } = await signedIn()
    const problem = new Error('something else')
    expect(await rejectionOf(withStepUp(tab.auth, () => Promise.reject(problem)))).toBe(problem)
    expect(tab.platform.windows).toEqual([])
  })
})

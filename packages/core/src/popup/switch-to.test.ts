import { describe, expect, it } from 'vitest'
import { createFakeApp, type FakeApp, frameOf, refusal, sameSite, type Tab } from '../../test/fake-app.ts'
import { settle } from '../../test/fake-platform.ts'
import { destinationOf, rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { passOn, windowOf } from '../../test/windows.ts'
import type { StandardSchema } from '../standard-schema.ts'
import { storageKeys } from '../storage-keys.ts'
import type { User } from '../user.ts'
import { loginWithPopup, switchTo } from './index.ts'

const toB = { params: { organization: 'b' } }

/** Alice is signed in for organisation A, in an app that tells its organisations apart. */
async function signedIn(setting: Parameters<typeof createFakeApp>[0] = {}): Promise<{
  app: FakeApp
  tab: Tab
  heard: string[]
}> {
  const app = await createFakeApp({
    ...setting,
    options: { identifiedBy: ['organization'], params: { organization: 'a' }, ...setting.options },
  })
  app.provider.claims = { organization: 'a' }
  const tab = await app.signIn()
  return { app, tab, heard: identitiesIn(tab) }
}

function identitiesIn({ auth }: Tab): string[] {
  const heard: string[] = []
  auth.on('identity', ({ previous, current }) =>
    heard.push(`${previous?.organization} → ${current?.organization}`),
  )
  return heard
}

/** Settles once the tab has taken over the session of another, of the same person. */
function follows({ auth }: Tab): Promise<void> {
  return new Promise((resolve) => {
    auth.on('refreshed', () => resolve())
  })
}

/** The provider lets her in there. */
async function letIn({ app, tab }: { app: FakeApp; tab: Tab }): Promise<void> {
  const { url } = await windowOf(tab)
  app.provider.claims = { organization: new URL(url).searchParams.get('organization') }
  passOn(app.browser, app.provider.signIn(url))
}

/** A schema that knows one organisation. */
const onlyA: StandardSchema<User> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) =>
      (value as { readonly organization?: unknown }).organization === 'a'
        ? { value: value as User }
        : { issues: [{ message: 'must be "a"' }] },
  },
}

const organizationIn = (url: string | URL): string | null => new URL(url).searchParams.get('organization')

describe('switching to another tenant', () => {
  it('puts the session there in the place of this one, and tells of another identity', async () => {
    const scene = await signedIn()
    const { tab, heard } = scene
    const token = await tab.auth.getAccessToken()
    const switched = switchTo(tab.auth, toB)
    expect(tab.platform.windows).toHaveLength(1)
    await letIn(scene)
    await switched
    expect(tab.auth.getState()).toMatchObject({ status: 'authenticated', user: { organization: 'b' } })
    expect(heard).toEqual(['a → b'])
    expect(await tab.auth.getAccessToken()).not.toBe(token)
    expect(tab.platform.visited).toEqual([])
  })

  it('leaves this one alone where it fails, and asks for nothing else later', async () => {
    const { app, tab, heard } = await signedIn()
    const token = await tab.auth.getAccessToken()
    const state = tab.auth.getState()
    const switched = switchTo(tab.auth, toB)
    passOn(app.browser, refusal((await windowOf(tab)).url, 'access_denied'))
    expect(await rejectionOf(switched)).toMatchObject({ code: 'access_denied' })
    expect(tab.auth.getState()).toBe(state)
    await expect(tab.auth.getAccessToken()).resolves.toBe(token)
    expect(heard).toEqual([])
    await tab.auth.login()
    expect(organizationIn(destinationOf(tab))).toBe('a')
  })

  it('asks for nothing else later where the app cannot be shown who is signed in there', async () => {
    const scene = await signedIn({ options: { claims: onlyA } })
    const { tab } = scene
    const switched = rejectionOf(switchTo(tab.auth, toB))
    await letIn(scene)
    expect(await switched).toMatchObject({ code: 'claims_rejected' })
    await tab.auth.login()
    expect(organizationIn(destinationOf(tab))).toBe('a')
  })

  it('leaves this one alone, in every tab, where the app cannot be shown who is signed in there', async () => {
    const scene = await signedIn({ options: { claims: onlyA } })
    const { app, tab, heard } = scene
    const other = app.load()
    await until(() => other.auth.getState().status === 'authenticated')
    const record = (): unknown => app.browser.storage.get(storageKeys(tab.auth.instanceId).record)
    const recorded = record()
    const states = [tab, other].map(({ auth }) => auth.getState())
    const token = await tab.auth.getAccessToken()
    const switched = rejectionOf(switchTo(tab.auth, toB))
    await letIn(scene)
    expect(await switched).toMatchObject({ name: 'ConfigurationError', code: 'claims_rejected' })
    await until(() => app.provider.count('/revoke') === 1)
    await settle()
    expect([tab, other].map(({ auth }) => auth.getState())).toEqual(states)
    expect(await Promise.all([tab, other].map(({ auth }) => auth.getAccessToken()))).toEqual([token, token])
    expect(record()).toEqual(recorded)
    expect(heard).toEqual([])
    app.provider.claims = { organization: 'a' }
    await expect(tab.auth.getAccessToken({ forceRefresh: true })).resolves.not.toBe(token)
    expect(other.auth.getState().status).toBe('authenticated')
  })

  it('lasts: whoever signs in again on this page does so there', async () => {
    const scene = await signedIn()
    const { tab } = scene
    const switched = switchTo(tab.auth, toB)
    await letIn(scene)
    await switched
    const again = loginWithPopup(tab.auth, { loginHint: 'alice' })
    expect(organizationIn((await windowOf(tab)).url)).toBe('b')
    await letIn(scene)
    await again
    await tab.auth.login()
    expect(organizationIn(destinationOf(tab))).toBe('b')
  })

  it('is added to what was switched to before', async () => {
    const scene = await signedIn()
    const { tab } = scene
    for (const params of [{ organization: 'b' }, { team: 'red' }]) {
      const switched = switchTo(tab.auth, { params })
      await letIn(scene)
      await switched
    }
    await tab.auth.login()
    const { searchParams } = destinationOf(tab)
    expect([searchParams.get('organization'), searchParams.get('team')]).toEqual(['b', 'red'])
  })

  it('lasts where the provider is asked in a frame because the session is over', async () => {
    const scene = await signedIn({ ...sameSite, options: { ...sameSite.options } })
    const { app, tab } = scene
    const switched = switchTo(tab.auth, toB)
    await letIn(scene)
    await switched
    app.provider.onToken = (answer, form) => {
      if (form.get('grant_type') === 'refresh_token')
        Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
    }
    void tab.auth.getAccessToken({ forceRefresh: true }).catch(() => undefined)
    expect(organizationIn((await frameOf(tab)).url)).toBe('b')
  })

  it('is followed by every other tab, which clears its caches too', async () => {
    const scene = await signedIn()
    const other = scene.app.load()
    await until(() => other.auth.getState().status === 'authenticated')
    const heard = identitiesIn(other)
    const switched = switchTo(scene.tab.auth, toB)
    await letIn(scene)
    await switched
    await until(() => other.auth.getState().user?.organization === 'b')
    expect(heard).toEqual(['a → b'])
    expect(await other.auth.getAccessToken()).toBe(await scene.tab.auth.getAccessToken())
  })

  it('is known to every other tab, open then or later, which asks the provider for the same from then on', async () => {
    const scene = await signedIn()
    const { app, tab } = scene
    const open = app.load()
    await until(() => open.auth.getState().status === 'authenticated')
    const switched = switchTo(tab.auth, toB)
    await letIn(scene)
    await switched
    await until(() => open.auth.getState().user?.organization === 'b')
    const later = app.load()
    await until(() => later.auth.getState().user?.organization === 'b')
    for (const other of [open, later]) {
      await other.auth.login()
      expect(organizationIn(destinationOf(other))).toBe('b')
    }
  })

  it('moves nobody back where another tab asks the provider whether the person is still signed in', async () => {
    const watchProviderSession = true
    const app = await createFakeApp({
      ...sameSite,
      options: { ...sameSite.options, params: { organization: 'a' }, watchProviderSession },
    })
    app.provider.metadata.check_session_iframe = `${app.provider.issuer}/check`
    app.provider.sessionState = 'first.salt'
    const tab = await app.signIn()
    const other = app.load()
    await until(() => other.auth.getState().status === 'authenticated')
    const isFollowed = follows(other)
    const switched = switchTo(tab.auth, toB)
    app.provider.sessionState = 'second.salt'
    passOn(app.browser, app.provider.signIn((await windowOf(tab)).url))
    await switched
    await until(() => other.platform.providerFrames[0] !== undefined)
    await isFollowed
    await app.advance(5000)
    other.platform.providerFrames[0]?.say('changed')
    expect(organizationIn((await frameOf(other)).url)).toBe('b')
  })

  it('lasts through a sign-in by redirect', async () => {
    const scene = await signedIn()
    const { app, tab } = scene
    const switched = switchTo(tab.auth, toB)
    await letIn(scene)
    await switched
    await tab.auth.login()
    tab.close()
    const back = app.load({ href: app.provider.signIn(destinationOf(tab).href), stored: tab.platform.stored })
    await back.auth.handleCallback()
    await back.auth.login()
    expect(organizationIn(destinationOf(back))).toBe('b')
  })

  it('is over with a session of another sign-in that was not switched, in whatever tab', async () => {
    const scene = await signedIn()
    const { app, tab } = scene
    const switched = switchTo(tab.auth, toB)
    await letIn(scene)
    await switched
    const isFollowed = follows(tab)
    await app.signIn()
    await isFollowed
    await tab.auth.login()
    expect(organizationIn(destinationOf(tab))).toBe('a')
  })

  it('takes no other app along that was given the same options', async () => {
    const params = { organization: 'a' }
    const scene = await signedIn({ options: { params } })
    const switched = switchTo(scene.tab.auth, toB)
    await letIn(scene)
    await switched
    expect(params).toEqual({ organization: 'a' })
  })

  it('needs somebody who is signed in, and a place to switch to', async () => {
    const tab = (await createFakeApp()).load()
    expect(await rejectionOf(switchTo(tab.auth, toB))).toMatchObject({ code: 'not_signed_in' })
    expect(await rejectionOf(switchTo(tab.auth, { params: {} }))).toMatchObject({ code: 'invalid_option' })
    expect(await rejectionOf(switchTo(tab.auth, undefined as never))).toMatchObject({
      code: 'invalid_option',
    })
    expect(tab.platform.windows).toEqual([])
  })
})

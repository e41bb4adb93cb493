import { describe, expect, it } from 'vitest'
import { createFakeApp, decided, type FakeApp, type Tab } from '../test/fake-app.ts'
import { inTime } from '../test/in-time.ts'
import { until } from '../test/until.ts'
import { signInToVault } from '../test/vault-app.ts'
import { type FrontChannelLogoutOptions, handleFrontChannelLogout } from './front-channel-logout.ts'

const issuer = 'https://id.example'

/** The provider loads the page in a frame of its own. */
function load(app: FakeApp, query: Record<string, string>, options: Partial<FrontChannelLogoutOptions> = {}) {
  const { platform } = app.open({ href: `https://app.example/logged-out?${new URLSearchParams(query)}` })
  platform.setFramed(true)
  return handleFrontChannelLogout({ issuer, clientId: 'app', platform, ...options })
}

async function signIn(
  claims: Record<string, unknown> = { sid: 'SENTINEL-sid' },
): Promise<{ app: FakeApp; tab: Tab }> {
  const app = await createFakeApp({ issuer })
  app.provider.claims = claims
  return { app, tab: await app.signIn() }
}

const isSignedIn = ({ auth }: Tab): boolean => auth.getState().status === 'authenticated'

describe('the page that a provider loads when its session ends (OUT-07)', () => {
  it('signs out every tab, without a request, and without a navigation', async () => {
    const { app, tab } = await signIn()
    const other = app.load()
    await decided(other)
    const before = app.provider.seen.length
    expect(load(app, { iss: issuer, sid: 'SENTINEL-sid' })).toBe('signed_out')
    await until(() => !isSignedIn(tab) && !isSignedIn(other))
    for (const { auth, platform } of [tab, other]) {
      expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
      expect(platform.visited).toEqual([])
    }
    expect(app.provider.seen.length).toBe(before)
  })

  it('keeps a page that is loaded later from looking for the session', async () => {
    const { app, tab } = await signIn()
    tab.close()
    load(app, { iss: issuer, sid: 'SENTINEL-sid' })
    expect(app.open().auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  })

  it('empties a vault', async () => {
    const app = await createFakeApp({ issuer })
    const { vault, tab } = await signInToVault(app)
    expect(load(app, {})).toBe('signed_out')
    await inTime(
      tab.platform,
      until(() => !isSignedIn(tab)),
    )
    await inTime(
      tab.platform,
      until(() => app.provider.count('/revoke') > 0),
    )
    vault.close()
  })

  it('signs out where the provider gives neither "iss" nor "sid" (§2)', async () => {
    const { app, tab } = await signIn({})
    expect(load(app, {})).toBe('signed_out')
    await until(() => !isSignedIn(tab))
  })

  it.each<[string, Record<string, string>]>([
    ['of another provider', { iss: 'https://evil.example', sid: 'SENTINEL-sid' }],
    ['of the issuer with a slash', { iss: `${issuer}/`, sid: 'SENTINEL-sid' }],
    ['of another session', { iss: issuer, sid: 'another' }],
    ['of a session of nobody knows whom', { sid: 'SENTINEL-sid' }],
    ['of an empty session', { iss: issuer, sid: '' }],
  ])('ignores what it is told %s', async (_, query) => {
    const { app, tab } = await signIn()
    expect(load(app, query)).toBe('ignored')
    await app.advance(1000)
    expect(isSignedIn(tab)).toBe(true)
  })

  it.each([
    'iss=https://id.example&iss=https://evil.example',
    'iss=https://id.example&sid=SENTINEL-sid&sid=another',
    'iss=https://id.&iss=example&sid=SENTINEL-sid',
    'iss=https://id.example&sid=SENTINEL&sid=-sid',
  ])('ignores what it is told twice: %s', async (query) => {
    const { app } = await signIn()
    const { platform } = app.open({ href: `https://app.example/logged-out?${query}` })
    platform.setFramed(true)
    expect(handleFrontChannelLogout({ issuer, clientId: 'app', platform })).toBe('ignored')
  })

  it('ignores a session that the ID token did not name, where one is named', async () => {
    const { app } = await signIn({})
    expect(load(app, { iss: issuer, sid: 'any' })).toBe('ignored')
  })

  it('is about the session that is there now: a later sign-in has another name', async () => {
    const { app } = await signIn({ sid: 'first' })
    app.provider.claims = { sid: 'second' }
    await app.signIn()
    expect(load(app, { iss: issuer, sid: 'first' })).toBe('ignored')
    expect(load(app, { iss: issuer, sid: 'second' })).toBe('signed_out')
  })

  it('is not about a session without a name, after one that had one', async () => {
    const { app } = await signIn({ sid: 'first' })
    app.provider.claims = {}
    await app.signIn()
    expect(load(app, { iss: issuer, sid: 'first' })).toBe('ignored')
  })

  it('does nothing where somebody follows a link to it', async () => {
    const { app, tab } = await signIn()
    const { platform } = app.open({ href: 'https://app.example/logged-out' })
    expect(handleFrontChannelLogout({ issuer, clientId: 'app', platform })).toBe('ignored')
    expect(isSignedIn(tab)).toBe(true)
  })

  it.each([{ clientId: 'another' }, { name: 'another' }])(
    'does nothing to another client: %j',
    async (options) => {
      const { app, tab } = await signIn()
      expect(load(app, { iss: issuer }, options)).toBe('nobody')
      expect(isSignedIn(tab)).toBe(true)
    },
  )

  it('leaves the name of the session nowhere', async () => {
    const { app } = await signIn()
    const { storage } = app.browser
    for (const key of storage.keys()) expect(storage.get(key)).not.toContain('SENTINEL')
  })
})

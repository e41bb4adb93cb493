import { type } from 'arktype'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  answerFrame,
  createFakeApp,
  decided,
  frameOf,
  letNobodyAnswer,
  sameSite,
  type Tab,
} from '../test/fake-app.ts'
import { settle } from '../test/fake-platform.ts'
import { inTime } from '../test/in-time.ts'
import { rejectionOf } from '../test/pages.ts'
import { createScene, goThroughLogin, type Scene } from '../test/signed-in.ts'
import { until } from '../test/until.ts'
import { signInToVault } from '../test/vault-app.ts'
import type { StandardSchema, User } from './index.ts'

const roles = ['reader', 'editor'] as const
const schemas: [name: string, schema: StandardSchema<{ sub: string; roles: (typeof roles)[number][] }>][] = [
  ['Zod', z.object({ sub: z.string(), roles: z.array(z.enum(roles)) })],
  ['Valibot', v.object({ sub: v.string(), roles: v.array(v.picklist(roles)) })],
  ['ArkType', type({ sub: 'string', roles: "('reader' | 'editor')[]" })],
]

/** As a tab is typed whose client is the usual one. */
const asClaims = (schema: unknown) => ({ claims: schema as StandardSchema<User> })

/** A page on which somebody comes back from the provider, to an app that expects what the schema says. */
async function comeBack(schema: unknown, claims: Record<string, unknown>): Promise<Scene> {
  const scene = await createScene({ options: asClaims(schema) })
  scene.provider.claims = claims
  const { platform, provider } = await goThroughLogin(scene)
  return createScene({
    provider,
    href: platform.navigation.href(),
    stored: platform.stored,
    options: asClaims(schema),
  })
}

describe.each(schemas)('the claims that an app expects, said with %s', (_, schema) => {
  it('make the user: what comes out of the schema is what the app is shown', async () => {
    const { auth } = await comeBack(schema, { roles: ['reader'] })
    await auth.handleCallback()
    expect(auth.getState()).toMatchObject({
      status: 'authenticated',
      user: { sub: 'alice', roles: ['reader'] },
    })
  })

  it('fail the sign-in where they are not met, with the path', async () => {
    const { auth } = await comeBack(schema, { roles: ['reader', 'owner'] })
    const error = await rejectionOf(auth.handleCallback())
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'claims_rejected', returnTo: '/' })
    expect(String(error)).toContain('at "roles[1]": ')
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
  })
})

const { 2: ark } = schemas
const arkSchema = ark?.[1]

describe('claims that do not fit', () => {
  it('give nobody a token, nor a request, and say why', async () => {
    const { auth, provider } = await comeBack(arkSchema, {})
    await rejectionOf(auth.handleCallback())
    const seen = provider.seen.length
    expect(await rejectionOf(auth.getAccessToken())).toMatchObject({ code: 'claims_rejected' })
    expect(await rejectionOf(auth.fetch('https://api.example/orders'))).toMatchObject({
      code: 'claims_rejected',
    })
    expect(provider.seen.slice(seen)).toEqual([])
  })

  it('send nobody to the provider again: it would say the same', async () => {
    const { auth, platform } = await comeBack(arkSchema, {})
    await rejectionOf(auth.handleCallback())
    await expect(auth.requireSession()).resolves.toMatchObject({ reason: 'sign_in_failed' })
    expect(platform.visited).toEqual([])
  })

  it('of a sign-in in another tab show this tab neither them nor whoever was here', async () => {
    const app = await createFakeApp()
    app.provider.claims = { roles: ['reader'] }
    const old = await app.signIn({ options: asClaims(arkSchema) })
    app.provider.claims = { sub: 'bob', roles: ['owner'] }
    await app.signIn()
    await until(() => old.auth.getState().status === 'unauthenticated')
    expect(old.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      error: { code: 'claims_rejected' },
    })
    expect(await rejectionOf(old.auth.getAccessToken())).toMatchObject({ code: 'claims_rejected' })
  })

  it('of a session that was found leave it where it is, for a version of the app that can show it', async () => {
    const app = await createFakeApp()
    const lax = await app.signIn()
    const strict = app.load({ options: asClaims(arkSchema) })
    expect(await decided(strict)).toMatchObject({ error: { code: 'claims_rejected' } })
    expect(lax.auth.getState().status).toBe('authenticated')
    expect(await decided(app.load())).toMatchObject({ status: 'authenticated' })
  })

  it('of whoever is found after a sign-in whose vault died fail it: the person is not sent on', async () => {
    const app = await createFakeApp()
    const { vault, tab, options } = await signInToVault(app)
    const strict = app.open({ options: { ...options, ...asClaims(arkSchema) } })
    await inTime(strict.platform, strict.auth.login({ returnTo: '/orders' }))
    const answer = app.provider.signIn(strict.platform.visited.at(-1) ?? '')
    const back = app.open({
      href: answer,
      options: strict.options ?? {},
      stored: strict.platform.stored,
    })
    app.provider.onRequest = ({ path }) => (path === '/token' ? new Promise(() => undefined) : undefined)
    const ended = rejectionOf(back.auth.handleCallback())
    await until(() => app.provider.count('/token') === 2)
    vault.crash()
    app.provider.onRequest = () => undefined
    // Meanwhile somebody signs in to the next vault, on a page of the app that expects nothing of them.
    tab.close()
    await app.signIn({ options })
    const error = await inTime(back.platform, ended)
    expect(error).toMatchObject({ code: 'claims_rejected', returnTo: '/orders' })
    expect(back.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    vault.close()
  })

  it('of somebody whom a frame has found begin no session, and are not asked for again at every sign of life', async () => {
    const app = await createFakeApp(sameSite)
    app.provider.claims = { roles: ['reader'] }
    const lax = await app.signIn()
    lax.close()
    const strict = app.load({ options: { ...asClaims(arkSchema), restoreByRedirect: true } })
    await letNobodyAnswer(app)
    app.provider.claims = { roles: ['owner'] }
    answerFrame(await frameOf(strict), app)
    expect(await decided(strict)).toMatchObject({
      reason: 'sign_in_failed',
      error: { code: 'claims_rejected' },
    })
    await until(() => app.provider.count('/revoke') === 1)
    strict.platform.wake('visible')
    await settle()
    expect(strict.platform.frames).toEqual([])
    // Nor is the page left to hear the same once more.
    expect(strict.auth.explain().restore.at(-1)).toMatchObject({ rung: 'frame', why: 'claims_rejected' })
    expect(strict.platform.visited).toEqual([])
  })

  it('of somebody whom a frame has found in the place of a session that is over leave it over', async () => {
    const app = await createFakeApp(sameSite)
    app.provider.claims = { roles: ['reader'] }
    const { auth, platform } = await app.signIn({ options: asClaims(arkSchema) })
    app.provider.onToken = (answer, form) => {
      delete (answer.body as Record<string, unknown>).refresh_token
      if (form.get('grant_type') === 'refresh_token')
        Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
    }
    app.provider.claims = { roles: ['owner'] }
    const refused = rejectionOf(auth.getAccessToken({ forceRefresh: true }))
    answerFrame(await frameOf({ auth, platform, provider: app.provider }), app)
    expect(await refused).toMatchObject({ code: 'session_ended' })
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'session_ended' })
  })

  it('of a refresh leave the person as described before, and are told of', async () => {
    const app = await createFakeApp()
    app.provider.claims = { roles: ['reader'] }
    const { auth } = await app.signIn({ options: asClaims(arkSchema) })
    const before = auth.getState()
    const told: unknown[] = []
    auth.on('error', ({ error, during }) => told.push([error.code, during]))
    app.provider.claims = { roles: 'reader' }
    await expect(auth.getAccessToken({ forceRefresh: true })).resolves.toMatch(/^SENTINEL/)
    expect(auth.getState()).toBe(before)
    expect(told).toEqual([['claims_rejected', 'refresh']])
  })
})

describe('a schema that cannot serve', () => {
  it.each([
    ['loses the subject', z.object({ name: z.string() })],
    ['makes it another', z.object({ sub: z.string().transform(() => 'somebody') })],
  ])('because it %s, is told apart from claims that are wrong', async (_, schema) => {
    const { auth } = await comeBack(schema, {})
    expect(String(await rejectionOf(auth.handleCallback()))).toContain('at "sub": it must come out')
  })

  it('because it breaks on what it does not expect, leaves nobody waiting', async () => {
    const validate = (claims: unknown) => ({ value: (claims as { realm: { roles: unknown } }).realm.roles })
    const { auth } = await comeBack({ '~standard': { version: 1, vendor: 'own', validate } }, {})
    const error = await rejectionOf(auth.handleCallback())
    expect(error).toMatchObject({ code: 'claims_rejected' })
    expect(String(error)).toContain('threw a TypeError')
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed' })
  })

  it('because it takes its time, is named, and what it finds is not left unhandled', async () => {
    const validate = () => Promise.reject(new Error('The check itself failed.'))
    const { auth } = await comeBack({ '~standard': { version: 1, vendor: 'slow', validate } }, {})
    expect(String(await rejectionOf(auth.handleCallback()))).toContain('validates asynchronously')
    await settle()
  })
})

describe('what the person is shown as, when the page was being left and came back', () => {
  it('is what the schema made of the claims', async () => {
    const app = await createFakeApp()
    app.provider.claims = { roles: ['reader'] }
    const tab: Tab = await app.signIn({ options: asClaims(arkSchema) })
    const { user } = tab.auth.getState()
    await tab.auth.login()
    tab.platform.wake('restored')
    expect(tab.auth.getState()).toEqual({ status: 'authenticated', reason: 'redirect_cancelled', user })
  })

  it('is what they were last, where a refresh has brought claims that do not fit', async () => {
    const app = await createFakeApp()
    app.provider.claims = { roles: ['reader'] }
    const tab = await app.signIn({ options: asClaims(arkSchema) })
    const { user } = tab.auth.getState()
    app.provider.claims = { roles: undefined }
    await tab.auth.getAccessToken({ forceRefresh: true })
    await tab.auth.login()
    tab.platform.wake('restored')
    expect(tab.auth.getState()).toEqual({ status: 'authenticated', reason: 'redirect_cancelled', user })
  })

  it.each<[string, (tab: Tab) => Promise<unknown>]>([
    ['sign in', ({ auth }) => auth.login()],
    ['sign out', ({ auth }) => auth.logout()],
  ])(
    'is nobody, with the reason, where it was left to %s, and then somebody else signed in whose claims do not fit',
    async (_what, leave) => {
      const app = await createFakeApp()
      app.provider.claims = { roles: ['reader'] }
      const tab = await app.signIn({ options: asClaims(arkSchema) })
      await leave(tab)
      app.provider.claims = { sub: 'bob', roles: ['owner'] }
      await app.signIn()
      await settle()
      tab.platform.wake('restored')
      expect(tab.auth.getState()).toMatchObject({
        status: 'unauthenticated',
        reason: 'sign_in_failed',
        error: { code: 'claims_rejected' },
      })
    },
  )
})

import { afterEach, describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { createFakeProvider } from '../../test/fake-provider.ts'
import { createFakeVault, type FakeVault } from '../../test/fake-vault.ts'
import { inTime } from '../../test/in-time.ts'
import { rejectionOf } from '../../test/pages.ts'
import { type Scene, sceneOf } from '../../test/signed-in.ts'
import { until } from '../../test/until.ts'
import type { OpenIdOptions, VaultOptions } from '../options/client-options.ts'

const vaults: FakeVault[] = []
/** What APIs answer first. */
const answers: Response[] = []
const url = 'https://api.example/orders'

afterEach(() => {
  for (const vault of vaults.splice(0)) vault.close()
  answers.length = 0
})

/** A page where Alice has signed in, of an app with a vault. */
async function signInWith(
  vaultOptions: Pick<VaultOptions, 'sealed'> & { worker?: VaultOptions['worker'] },
  others: Partial<OpenIdOptions> = {},
): Promise<Scene & { readonly sentBy: { vault: Request[]; page: Request[] }; readonly vault: FakeVault }> {
  const provider = await createFakeProvider(others.issuer)
  const sentBy = { vault: [] as Request[], page: [] as Request[] }
  const send =
    (who: 'vault' | 'page') =>
    async (request: Request): Promise<Response> => {
      sentBy[who].push(request)
      return answers.shift() ?? new Response(`from the ${who}`)
    }
  const platform = createFakePlatform({ fetch: provider.fetch, send: send('page') })
  const vault = createFakeVault({
    browser: platform.browser,
    clock: platform.clock,
    fetch: provider.fetch,
    send: send('vault'),
  })
  vaults.push(vault)
  const options = {
    apis: ['https://api.example'],
    vault: { worker: vault.createWorker, ...vaultOptions },
    ...others,
  }
  const before = sceneOf(provider, platform, options)
  await inTime(platform, before.auth.login())
  platform.goTo(provider.signIn(platform.visited.at(-1) ?? ''))
  const scene = sceneOf(provider, platform, options)
  await inTime(platform, scene.auth.handleCallback())
  return { ...scene, sentBy, vault }
}

const noWorker = (): never => {
  throw new ReferenceError('SharedWorker is not defined')
}

describe('auth.fetch with a vault', () => {
  it('is sent by the vault where it is sealed, and no token enters the page', async () => {
    const { auth, sentBy, vault } = await signInWith({ sealed: true })
    const response = await auth.fetch(url, { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('from the vault')
    expect(sentBy.vault[0]?.headers.get('authorization')).toMatch(/^Bearer SENTINEL/)
    expect(sentBy.page).toEqual([])
    expect(await rejectionOf(auth.getAccessToken())).toMatchObject({ code: 'token_sealed' })
    expect(JSON.stringify(vault.said)).not.toContain('access-token')
    expect(auth.explain().keeper).toEqual({ kind: 'vault' })
  })

  it('is sent once more by the vault where the API refuses the token, which no page ever has', async () => {
    const { auth, sentBy, provider } = await signInWith({ sealed: true })
    answers.push(new Response(null, { status: 401 }))
    const response = await auth.fetch(url, { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('from the vault')
    const tokens = sentBy.vault.map(({ headers }) => headers.get('authorization'))
    expect(new Set(tokens).size).toBe(2)
    expect(await Promise.all(sentBy.vault.map((request) => request.text()))).toEqual(['x', 'x'])
    expect(provider.count('/token')).toBe(2)
  })

  it('says what the API wants of the person, though the vault sent it', async () => {
    const { auth } = await signInWith({ sealed: true })
    const challenge = 'Bearer error="insufficient_scope", scope="orders:write"'
    answers.push(new Response(null, { status: 403, headers: { 'www-authenticate': challenge } }))
    expect(await rejectionOf(auth.fetch(url))).toMatchObject({ code: 'insufficient_scope' })
  })

  it('refuses what is not listed before the vault hears of it', async () => {
    const { auth, vault } = await signInWith({ sealed: true })
    vault.heard.length = 0
    expect(await rejectionOf(auth.fetch('https://evil.example/'))).toMatchObject({ code: 'url_not_allowed' })
    expect(vault.heard).toEqual([])
  })

  it('is sent by the page where the vault is open', async () => {
    const { auth, sentBy } = await signInWith({ sealed: false })
    expect(await (await auth.fetch(url)).text()).toBe('from the page')
    expect(sentBy.page[0]?.headers.get('authorization')).toBe(`Bearer ${await auth.getAccessToken()}`)
    expect(sentBy.vault).toEqual([])
  })

  it('works without a vault where one was to be sealed, and still gives no token out', async () => {
    const { auth, sentBy } = await signInWith({ sealed: true, worker: noWorker })
    const response = await auth.fetch(url, { method: 'POST', body: 'x' })
    expect(await response.text()).toBe('from the page')
    expect(await sentBy.page[0]?.text()).toBe('x')
    expect(sentBy.page[0]?.headers.get('authorization')).toMatch(/^Bearer SENTINEL/)
    expect(await rejectionOf(auth.getAccessToken())).toMatchObject({
      name: 'ConfigurationError',
      code: 'token_sealed',
    })
    expect(auth.explain().keeper).toEqual({ kind: 'memory', fallback: 'no_shared_worker' })
  })

  it('is sent once more from a sealed vault where a frame has recovered the session', async () => {
    const { auth, platform, provider, sentBy } = await signInWith(
      { sealed: true },
      { issuer: 'https://id.app.example', silentRedirectUri: '/silent-callback.html' },
    )
    await platform.advance(301_000)
    provider.onToken = (answer, form) => {
      if (form.has('refresh_token')) Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
    }
    const asked = auth.fetch(url, { method: 'POST', body: 'x' })
    await until(() => platform.frames.length > 0)
    const [frame] = platform.frames
    frame?.say({ latchkey: 'silent-callback', url: provider.signIn(frame.url) })
    expect(await (await asked).text()).toBe('from the vault')
    expect(await sentBy.vault.at(-1)?.text()).toBe('x')
    expect(auth.getState().status).toBe('authenticated')
  })

  it('is sent once a frame has brought back the session that was lost with a vault', async () => {
    const { auth, platform, provider, vault } = await signInWith(
      { sealed: true },
      { issuer: 'https://id.app.example', silentRedirectUri: '/silent-callback.html' },
    )
    vault.crash()
    expect(await inTime(platform, rejectionOf(auth.fetch(url)))).toMatchObject({ code: 'vault_lost' })
    const asked = auth.fetch(url)
    await inTime(
      platform,
      until(() => platform.frames.length > 0),
    )
    const [frame] = platform.frames
    frame?.say({ latchkey: 'silent-callback', url: provider.signIn(frame.url) })
    expect(await (await inTime(platform, asked)).text()).toBe('from the vault')
    expect(auth.getState().status).toBe('authenticated')
  })

  it('does not leave an app signed in to a vault that is gone', async () => {
    const { auth, platform, vault } = await signInWith({ sealed: true })
    expect(auth.getState().status).toBe('authenticated')
    vault.hang()
    // It was not sent, and nothing is left to send it with.
    expect(await inTime(platform, rejectionOf(auth.fetch(url)))).toMatchObject({ code: 'vault_lost' })
    expect(await inTime(platform, rejectionOf(auth.fetch(url)))).toMatchObject({ code: 'not_signed_in' })
    await until(() => auth.getState().status === 'unauthenticated')
    expect(auth.getState().reason).toBe('session_lost')
    expect(auth.explain().sentence).toContain('what kept the session, a vault or a key, is gone')
    expect(auth.explain().keeper).toEqual({ kind: 'memory', fallback: 'no_answer' })
  })
})

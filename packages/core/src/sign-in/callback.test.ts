import { describe, expect, it, vi } from 'vitest'
import { createFakeApp, type Tab } from '../../test/fake-app.ts'
import { answerTo, cutOff, holdUp, nextPage, refusalOf, rejectionOf } from '../../test/pages.ts'
import { createScene, createSignedInScene, type Scene } from '../../test/signed-in.ts'

const orders = 'https://app.example/orders?page=2#part'
const cleanUrl = 'https://app.example/callback'

/** A page at the callback URL that an answer led to, after a sign-in that was begun at the orders. */
async function createCallbackScene(
  answer: (left: Scene) => string = (left) => answerTo(left),
  url: (answer: string) => string = (given) => given,
): Promise<Scene> {
  const left = await createScene({ href: orders })
  await left.auth.login()
  return nextPage(left, url(answer(left)))
}

const href = ({ platform }: Scene): string => platform.navigation.href()

/** Codes that were sent to the token endpoint. */
function codesSent({ provider }: Scene): string[] {
  return provider.seen.flatMap(({ path, form }) => (path === '/token' ? form.getAll('code') : []))
}

describe('the answer to a sign-in', () => {
  it('becomes a session', async () => {
    const scene = await createCallbackScene()
    await expect(scene.auth.handleCallback()).resolves.toEqual({ returnTo: '/orders?page=2#part' })
    expect(scene.auth.getState()).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
    expect(codesSent(scene)).toHaveLength(1)
  })

  it.each<[string, (left: Scene) => string]>([
    ['a code', (left) => answerTo(left)],
    ['a refusal', (left) => refusalOf(left, 'access_denied')],
    ['an answer of another issuer', (left) => answerTo(left, { iss: 'https://evil.example' })],
    ['an answer with tokens in its hash', (left) => `${answerTo(left)}#access_token=A`],
    ['an answer with a code repeated', (left) => `${answerTo(left)}&code=X`],
  ])('leaves the address bar before anything is awaited: %s (invariant 5)', async (_, answer) => {
    const scene = await createCallbackScene(answer)
    const result = scene.auth.handleCallback()
    expect(href(scene)).toBe(cleanUrl)
    await result.catch(() => undefined)
    expect(scene.platform.replaced).toEqual([cleanUrl])
    expect(scene.platform.visited).toEqual([])
  })

  it('leaves what is foreign in the address bar to the letter', async () => {
    const scene = await createCallbackScene(undefined, (answer) => {
      const [path, query] = answer.split('?')
      return `${path}?a=%20b&${query}&c=+d#/router?x=%2F`
    })
    await scene.auth.handleCallback()
    expect(href(scene)).toBe(`${cleanUrl}?a=%20b&c=+d#/router?x=%2F`)
  })

  it('is exchanged with the verifier and the redirect URI that it was asked with', async () => {
    const left = await createScene()
    await left.auth.login()
    const key = [...left.platform.stored.keys()].find((name) => name.includes('.sign-in.')) ?? ''
    const { codeVerifier } = JSON.parse(left.platform.stored.get(key) ?? '').signIn
    const scene = await nextPage(left, answerTo(left))
    await scene.auth.handleCallback()
    const request = scene.provider.seen.find(({ path }) => path === '/token')
    expect(Object.fromEntries(request?.form ?? [])).toEqual({
      grant_type: 'authorization_code',
      client_id: 'app',
      code: expect.stringMatching(/^SENTINEL-code/),
      code_verifier: codeVerifier,
      redirect_uri: cleanUrl,
    })
  })

  it('is one exchange, however often it is asked for (invariant 12)', async () => {
    const scene = await createCallbackScene()
    const url = href(scene)
    const results = [
      scene.auth.handleCallback(),
      // From here on the address bar is clean.
      ...Array.from({ length: 8 }, () => scene.auth.handleCallback()),
      scene.auth.handleCallback(url),
    ]
    expect(new Set(results).size).toBe(1)
    await Promise.all(results)
    const state = scene.auth.getState()
    expect(scene.auth.handleCallback()).toBe(results[0])
    expect(scene.auth.getState()).toBe(state)
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('is one failure, however often it is asked for, and told once', async () => {
    const scene = await createCallbackScene((left) => refusalOf(left, 'access_denied'))
    const heard: unknown[] = []
    scene.auth.on('error', (event) => heard.push(event))
    const calls = Array.from({ length: 10 }, () => rejectionOf(scene.auth.handleCallback()))
    const [first, ...others] = await Promise.all(calls)
    for (const error of others) expect(error).toBe(first)
    expect(heard).toEqual([{ error: first, during: 'callback' }])
    expect(scene.auth.getState()).toEqual({
      status: 'unauthenticated',
      reason: 'sign_in_failed',
      error: first,
    })
  })

  it('leaves the address bar again where somebody puts it back', async () => {
    const scene = await createCallbackScene()
    const url = href(scene)
    const result = scene.auth.handleCallback()
    await result
    scene.platform.goTo(url)
    expect(scene.auth.handleCallback()).toBe(result)
    expect(href(scene)).toBe(cleanUrl)
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('may be handed in, and the address bar is left alone where it shows something else', async () => {
    const scene = await createCallbackScene()
    const url = href(scene)
    scene.platform.goTo('https://app.example/elsewhere?x=1')
    expect(scene.auth.getState().status).toBe('unauthenticated')
    const statuses: string[] = []
    scene.auth.subscribe(() => statuses.push(scene.auth.getState().status))
    await expect(scene.auth.handleCallback(url)).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
    expect(statuses).toEqual(['loading', 'authenticated'])
    expect(scene.platform.replaced).toEqual([])
    expect(href(scene)).toBe('https://app.example/elsewhere?x=1')
  })

  it('leaves the address bar too where it is handed in as it stands there', async () => {
    const scene = await createCallbackScene()
    const result = scene.auth.handleCallback(href(scene))
    expect(href(scene)).toBe(cleanUrl)
    await result
  })

  it('signs in although storage cannot be written any more', async () => {
    const scene = await createCallbackScene()
    scene.platform.blockStorage()
    await scene.auth.handleCallback()
    expect(scene.auth.getState().status).toBe('authenticated')
    expect([...scene.platform.stored.keys()].filter((key) => key.includes('.sign-in.'))).toEqual([])
  })
})

describe('the page at the callback URL (pain 3)', () => {
  it('was reloaded while the code was being exchanged: start again, from where it was', async () => {
    const scene = await createCallbackScene()
    const request = holdUp(scene, '/token')
    scene.auth.handleCallback()
    await request.arrived
    expect(codesSent(scene)).toHaveLength(1)

    const reloaded = await nextPage(scene)
    expect(href(reloaded)).toBe(cleanUrl)
    const error = await rejectionOf(reloaded.auth.handleCallback())
    expect(error).toMatchObject({ code: 'sign_in_interrupted', returnTo: '/orders?page=2#part' })
    expect(reloaded.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed' })
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('was reloaded after the sign-in: go on, and nothing stays undecided', async () => {
    const scene = await createCallbackScene()
    await scene.auth.handleCallback()
    const reloaded = await nextPage(scene)
    await expect(reloaded.auth.handleCallback()).resolves.toEqual({ returnTo: '/orders?page=2#part' })
    expect(reloaded.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('was reloaded after a failure: start again, from where it was', async () => {
    const scene = await createCallbackScene((left) => refusalOf(left, 'access_denied'))
    await rejectionOf(scene.auth.handleCallback())
    const reloaded = await nextPage(scene)
    const error = await rejectionOf(reloaded.auth.handleCallback())
    expect(error).toMatchObject({ code: 'no_sign_in_pending', returnTo: '/orders?page=2#part' })
  })

  it('shows an answer that was used on an earlier page: go on, and nothing is sent again', async () => {
    const scene = await createCallbackScene()
    const url = href(scene)
    await scene.auth.handleCallback()
    const replayed = await nextPage(scene, url)
    const result = replayed.auth.handleCallback()
    expect(href(replayed)).toBe(cleanUrl)
    await expect(result).resolves.toEqual({ returnTo: '/orders?page=2#part' })
    expect(replayed.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('shows an answer whose exchange was cut off on an earlier page: nothing is sent again', async () => {
    const scene = await createCallbackScene()
    const url = href(scene)
    const request = holdUp(scene, '/token')
    scene.auth.handleCallback()
    await request.arrived
    const replayed = await nextPage(scene, url)
    expect(await rejectionOf(replayed.auth.handleCallback())).toMatchObject({ code: 'sign_in_interrupted' })
    expect(href(replayed)).toBe(cleanUrl)
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('shows an answer whose exchange got no reply: nothing is sent again, on this page or another', async () => {
    const scene = await createCallbackScene()
    const url = href(scene)
    scene.provider.onRequest = ({ path }) =>
      path === '/token' ? Promise.reject(new TypeError('Failed to fetch')) : undefined
    expect(await rejectionOf(scene.auth.handleCallback())).toMatchObject({ code: 'network_failed' })
    scene.provider.onRequest = () => undefined
    expect(await rejectionOf(scene.auth.handleCallback(url))).toMatchObject({ code: 'network_failed' })
    const replayed = await nextPage(scene, url)
    expect(await rejectionOf(replayed.auth.handleCallback())).toMatchObject({
      code: 'sign_in_interrupted',
      returnTo: '/orders?page=2#part',
    })
    expect(codesSent(scene)).toHaveLength(1)
  })

  it('shows an answer to a sign-in of another tab: not ours, and left as it is', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    const url = answerTo(left)
    const elsewhere = await createScene({ provider: left.provider, href: url })
    const error = await rejectionOf(elsewhere.auth.handleCallback())
    expect(error).toMatchObject({ name: 'SignInRequiredError', code: 'sign_in_unknown' })
    expect(href(elsewhere)).toBe(url)
    expect(elsewhere.platform.replaced).toEqual([])
    expect(codesSent(elsewhere)).toEqual([])
    // The tab that asked can still use it.
    const own = await nextPage(left, url)
    await expect(own.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
  })

  it('shows an answer that took longer than an hour: start again, from where it was', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    await left.platform.advance(60 * 60_000 + 1)
    const scene = await nextPage(left, answerTo(left))
    const result = rejectionOf(scene.auth.handleCallback())
    expect(href(scene)).toBe(cleanUrl)
    expect(await result).toMatchObject({ code: 'sign_in_expired', returnTo: '/orders?page=2#part' })
    expect(codesSent(scene)).toEqual([])
    expect([...scene.platform.stored.values()].join()).not.toContain('codeVerifier')
  })

  it('was reloaded after an answer that took longer than an hour: start again, from where it was', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    await left.platform.advance(60 * 60_000 + 1)
    const scene = await nextPage(left, answerTo(left))
    await rejectionOf(scene.auth.handleCallback())
    const reloaded = await nextPage(scene)
    expect(await rejectionOf(reloaded.auth.handleCallback())).toMatchObject({
      code: 'no_sign_in_pending',
      returnTo: '/orders?page=2#part',
    })
  })

  it('shows an answer just within the hour: in time', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    await left.platform.advance(59 * 60_000)
    const scene = await nextPage(left, answerTo(left))
    await expect(scene.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
  })

  it('shows the answers to two sign-ins, the later one first: each leads back to its own place', async () => {
    const first = await createScene({ href: 'https://app.example/first' })
    await first.auth.login()
    const firstAnswer = answerTo(first)
    const second = await nextPage(first, 'https://app.example/second')
    await second.auth.login()

    const one = await nextPage(second, answerTo(second))
    await expect(one.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/second' })
    const other = await nextPage(one, firstAnswer)
    await expect(other.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/first' })
    expect(new Set(codesSent(other)).size).toBe(2)
  })

  it('was reloaded after a sign-in, and a sign-out since: go on, and say that it was one', async () => {
    const scene = await createCallbackScene()
    await scene.auth.handleCallback()
    await scene.auth.logout({ local: true })
    const reloaded = await nextPage(scene)
    await expect(reloaded.auth.handleCallback()).resolves.toEqual({ returnTo: '/orders?page=2#part' })
    expect(reloaded.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('was opened bare, by nobody’s sign-in: sign in', async () => {
    const scene = await createScene({ href: cleanUrl })
    expect(scene.auth.getState()).toEqual({ status: 'loading', reason: 'callback' })
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({ code: 'no_sign_in_pending', returnTo: '/' })
    expect(scene.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed' })
    expect(scene.provider.seen).toEqual([])
  })

  it('was opened bare, and is asked about twice at once, as StrictMode does: one failure, told once', async () => {
    const scene = await createScene({ href: cleanUrl })
    const heard: unknown[] = []
    scene.auth.on('error', (event) => heard.push(event))
    const [first, second] = await Promise.all([
      rejectionOf(scene.auth.handleCallback()),
      rejectionOf(scene.auth.handleCallback()),
    ])
    expect(second).toBe(first)
    expect(heard).toEqual([{ error: first, during: 'callback' }])
    // Asked again later, it looks again.
    expect(await rejectionOf(scene.auth.handleCallback())).not.toBe(first)
  })

  it('was left to sign in again after a failure: back to where the first sign-in was to end', async () => {
    const scene = await createCallbackScene((left) => refusalOf(left, 'access_denied'))
    await rejectionOf(scene.auth.handleCallback())
    await scene.auth.login()
    const back = await nextPage(scene, answerTo(scene))
    await expect(back.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/orders?page=2#part' })
  })

  it('was opened bare, by somebody who is signed in: go on', async () => {
    const scene = await createSignedInScene()
    const state = scene.auth.getState()
    await scene.platform.advance(11 * 60_000)
    scene.platform.goTo(`${cleanUrl}?unrelated=1`)
    await expect(scene.auth.handleCallback()).resolves.toEqual({ returnTo: '/' })
    expect(scene.auth.getState()).toBe(state)
  })

  it.each([
    ['a code and state of somebody else', '?code=theirs&state=theirs', 'no_sign_in_pending'],
    ['a code alone', '?code=PROMO', 'no_sign_in_pending'],
    ['a refusal of somebody else', '?error=access_denied&state=theirs', 'no_sign_in_pending'],
    [
      'an error without a state that nobody here waits for',
      '?error=server_error&error_description=x',
      'no_sign_in_pending',
    ],
  ])('shows %s: byte for byte as it was (pain 22)', async (_, query, code) => {
    const url = `${cleanUrl}${query}&a=%20b&c=+d#/x?y`
    const scene = await createScene({ href: url })
    expect(await rejectionOf(scene.auth.handleCallback())).toMatchObject({ code })
    expect(href(scene)).toBe(url)
    expect(scene.platform.replaced).toEqual([])
    expect(scene.provider.seen).toEqual([])
    expect(scene.platform.stored.size).toBe(0)
  })

  it('believes an error without a state while a sign-in is awaited, but not its words', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    const scene = await nextPage(left, `${cleanUrl}?error=access_denied&error_description=Call+us+now`)
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({ code: 'access_denied', description: undefined })
    expect(error.message).not.toContain('Call us')
  })

  it('starts again where the page was reloaded during the exchange, which cut its request off', async () => {
    const scene = await createCallbackScene()
    scene.provider.onRequest = ({ path }) =>
      path === '/token' ? Promise.reject(new TypeError('cut off')) : undefined
    expect(await rejectionOf(scene.auth.handleCallback())).toMatchObject({ code: 'network_failed' })
    const reloaded = await nextPage(scene, cleanUrl)
    expect(await rejectionOf(reloaded.auth.handleCallback())).toMatchObject({ code: 'sign_in_interrupted' })
    expect(scene.provider.count('/token')).toBe(1)
  })

  it('starts again where a reload came before the answer was taken up', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    const scene = await nextPage(left, cleanUrl)
    expect(await rejectionOf(scene.auth.handleCallback())).toMatchObject({
      code: 'sign_in_interrupted',
      returnTo: new URL(orders).pathname + new URL(orders).search + new URL(orders).hash,
    })
  })

  it('is not this page: say which it is, and leave the URL alone', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    const url = answerTo(left).replace('/callback', '/other')
    const scene = await nextPage(left, url)
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({ name: 'ConfigurationError', code: 'not_a_callback' })
    expect(error.message).toContain(cleanUrl)
    expect(href(scene)).toBe(url)
    expect(codesSent(scene)).toEqual([])
  })

  it.each(['', 'no URL', '/callback?code=C', 'https://['])('is not %j, which is no URL', async (url) => {
    const { auth } = await createScene()
    expect(await rejectionOf(auth.handleCallback(url))).toMatchObject({ code: 'not_a_callback' })
  })

  it.each([
    ['gone', undefined],
    ['not JSON', '{'],
    ['of another shape', '{"at":1,"signIn":{}}'],
    ['a prototype', '{"__proto__":{"at":1800000000000}}'],
  ])('finds its record %s: nothing is exchanged (CB-09)', async (_, record) => {
    const scene = await createCallbackScene()
    const { stored } = scene.platform
    for (const key of stored.keys()) {
      if (!key.includes('.sign-in.')) continue
      if (record === undefined) stored.delete(key)
      else stored.set(key, record)
    }
    expect(await rejectionOf(scene.auth.handleCallback())).toMatchObject({ code: 'sign_in_unknown' })
    expect(scene.auth.getState()).toMatchObject({ status: 'unauthenticated', reason: 'sign_in_failed' })
    expect(codesSent(scene)).toEqual([])
  })

  it('finds a hostile return address in its record: the front page', async () => {
    const scene = await createCallbackScene()
    for (const [key, value] of scene.platform.stored) {
      scene.platform.stored.set(key, value.replace('/orders?page=2#part', '//evil.example'))
    }
    await expect(scene.auth.handleCallback()).resolves.toMatchObject({ returnTo: '/' })
  })

  it('finds a hostile return address in what is left of its record: the front page', async () => {
    const scene = await createCallbackScene()
    await scene.auth.handleCallback()
    for (const [key, value] of scene.platform.stored) {
      scene.platform.stored.set(key, value.replace('/orders?page=2#part', '//evil.example'))
    }
    const reloaded = await nextPage(scene)
    await expect(reloaded.auth.handleCallback()).resolves.toEqual({ returnTo: '/' })
  })

  it('finds a hostile return address in a record that has expired: the front page', async () => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    await left.platform.advance(60 * 60_000 + 1)
    for (const [key, value] of left.platform.stored) {
      left.platform.stored.set(key, value.replace('/orders?page=2#part', '//evil.example'))
    }
    const scene = await nextPage(left, answerTo(left))
    expect(await rejectionOf(scene.auth.handleCallback())).toMatchObject({
      code: 'sign_in_expired',
      returnTo: '/',
    })
  })

  it('finds its state under another sign-in’s record: nothing is exchanged', async () => {
    const scene = await createCallbackScene()
    for (const [key, value] of scene.platform.stored) {
      scene.platform.stored.set(key, value.replace(/"state":"[^"]+"/, '"state":"other"'))
    }
    expect(await rejectionOf(scene.auth.handleCallback())).toBeInstanceOf(Error)
    expect(codesSent(scene)).toEqual([])
  })
})

describe('the page at the callback URL, loaded again where somebody may be signed in', () => {
  /** The page is there again, in the tab that was signed in to or in a new one, and no other page has the session. */
  async function createLateScene({ isNewTab = false, isOnline = true } = {}): Promise<Tab> {
    const app = await createFakeApp({ options: { restoreByRedirect: true } })
    app.browser.removeChannels()
    const before = await app.signIn({ href: orders })
    before.close()
    const tab = app.open({ href: cleanUrl, ...(!isNewTab && { stored: before.platform.stored }) })
    tab.platform.setOnline(isOnline)
    return tab
  }

  it('goes on where whether they are cannot be asked now, and keeps in mind that they may be', async () => {
    const { auth } = await createLateScene({ isOnline: false })
    await expect(auth.handleCallback()).resolves.toEqual({ returnTo: '/orders?page=2#part' })
    expect(auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'network_failed' } })
  })

  it('says nothing of a sign-in that failed where it is being left to ask the provider', async () => {
    const { auth, platform } = await createLateScene({ isNewTab: true })
    const told = vi.fn()
    auth.on('error', told)
    await expect(auth.handleCallback()).resolves.toEqual({ returnTo: '/' })
    expect(auth.getState()).toMatchObject({ status: 'redirecting', to: 'login' })
    expect(platform.visited).toHaveLength(1)
    expect(told).not.toHaveBeenCalled()
  })
})

describe('an answer that says no', () => {
  it('is what the provider said, as plain text, with the way back', async () => {
    const scene = await createCallbackScene((left) =>
      refusalOf(left, 'access_denied', {
        error_description: '<img src=x onerror=alert(1)>\u0000\nNo\u202eway',
      }),
    )
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({
      name: 'ServerError',
      code: 'access_denied',
      error: 'access_denied',
      description: '<img src=x onerror=alert(1)> No way',
      returnTo: '/orders?page=2#part',
    })
    expect(scene.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    expect(codesSent(scene)).toEqual([])
  })

  it.each([
    ['login_required', 'SignInRequiredError', 'login_required'],
    ['interaction_required', 'SignInRequiredError', 'interaction_required'],
    ['consent_required', 'SignInRequiredError', 'consent_required'],
    ['account_selection_required', 'SignInRequiredError', 'account_selection_required'],
    ['unmet_authentication_requirements', 'SignInRequiredError', 'reauthentication_required'],
    ['temporarily_unavailable', 'ServerError', 'authorization_failed'],
    ['never_heard_of', 'ServerError', 'authorization_failed'],
  ])('is told by its code: %s (CB-06)', async (wire, name, code) => {
    const scene = await createCallbackScene((left) => refusalOf(left, wire))
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({ name, code, returnTo: '/orders?page=2#part' })
  })

  it.each<[string, (left: Scene) => string, string]>([
    [
      'comes from another issuer',
      (left) => answerTo(left, { iss: 'https://evil.example' }),
      'issuer_mismatch',
    ],
    [
      'comes from another issuer, which is not believed in its error either (CB-03)',
      (left) => refusalOf(left, 'access_denied', { iss: 'https://evil.example' }),
      'issuer_mismatch',
    ],
    [
      'differs from the issuer by a slash',
      (left) => answerTo(left, { iss: `${left.provider.issuer}/` }),
      'issuer_mismatch',
    ],
    [
      'lacks the issuer that was promised (CB-04)',
      (left) => answerTo(left).replace(/&iss=[^&]+/, ''),
      'issuer_mismatch',
    ],
    ['repeats the code (CB-05)', (left) => `${answerTo(left)}&code=X`, 'invalid_authorization_response'],
    ['repeats the state', (left) => `${answerTo(left)}&state=X`, 'invalid_authorization_response'],
    ['repeats the issuer', (left) => `${answerTo(left)}&iss=X`, 'invalid_authorization_response'],
    [
      'has a token in its hash',
      (left) => `${answerTo(left)}#access_token=A`,
      'invalid_authorization_response',
    ],
    ['has a token in its query', (left) => `${answerTo(left)}&id_token=I`, 'invalid_authorization_response'],
    ['is wrapped (JARM)', (left) => `${answerTo(left)}&response=ey`, 'invalid_authorization_response'],
    ['has neither code nor error', (left) => answerTo(left, { code: '' }), 'invalid_authorization_response'],
  ])('is refused where it %s, and no code is sent', async (_, answer, code) => {
    const left = await createScene({ href: orders })
    await left.auth.login()
    const scene = await nextPage(left, answer(left))
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({ name: 'ProtocolError', code, returnTo: '/orders?page=2#part' })
    // Its record is used up: the right answer comes too late.
    const again = await nextPage(scene, answerTo(left))
    await rejectionOf(again.auth.handleCallback())
    expect(codesSent(scene)).toEqual([])
  })

  it('is the token endpoint’s too, with the way back', async () => {
    const scene = await createCallbackScene()
    scene.provider.onToken = (answer) => {
      answer.status = 400
      answer.body = { error: 'invalid_grant', error_description: 'Too late' }
    }
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({
      code: 'token_request_failed',
      error: 'invalid_grant',
      description: 'Too late',
      returnTo: '/orders?page=2#part',
    })
  })

  it('is a provider that cannot be reached', async () => {
    const scene = await createCallbackScene()
    cutOff(scene)
    const error = await rejectionOf(scene.auth.handleCallback())
    expect(error).toMatchObject({ name: 'NetworkError', returnTo: '/orders?page=2#part' })
  })
})

describe('somebody who is signed in already', () => {
  /** A page that another sign-in was begun on, and which is there all the same: as with a popup. */
  async function createSecondSignIn(): Promise<Scene> {
    const scene = await createSignedInScene()
    scene.auth.start()
    await scene.auth.login({ returnTo: '/second' })
    scene.platform.wake('restored')
    return scene
  }

  it('stays signed in when another sign-in fails', async () => {
    const scene = await createSecondSignIn()
    const state = scene.auth.getState()
    const token = await scene.auth.getAccessToken()
    const changed = vi.fn()
    scene.auth.subscribe(changed)

    const refused = scene.auth.handleCallback(refusalOf(scene, 'access_denied'))
    expect(await rejectionOf(refused)).toMatchObject({ code: 'access_denied', returnTo: '/second' })
    expect(scene.auth.getState()).toBe(state)
    expect(changed).not.toHaveBeenCalled()
    await expect(scene.auth.getAccessToken()).resolves.toBe(token)
  })

  it('is never shown as loading while another sign-in is being finished', async () => {
    const scene = await createSecondSignIn()
    const statuses: string[] = []
    scene.auth.subscribe(() => statuses.push(scene.auth.getState().status))
    scene.provider.claims = { sub: 'bob', name: 'Bob' }
    await expect(scene.auth.handleCallback(answerTo(scene))).resolves.toEqual({ returnTo: '/second' })
    expect(statuses).toEqual(['authenticated'])
    expect(scene.auth.getState()).toMatchObject({ user: { sub: 'bob' } })
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { createHostedApp, type HostedApp } from '../../test/hosted-app.ts'
import { until } from '../../test/until.ts'
import type { VaultWorker } from '../options/client-options.ts'
import type { AuthState } from '../state.ts'

let app: HostedApp

afterEach(() => app.close())

const never = (): never => {
  throw new ReferenceError('SharedWorker is not defined')
}
const none = { worker: never, fallback: never }

/** Somebody is signed in at the worker of all tabs, and a page that keeps the tokens itself has the session too. */
async function signedInTwice(options: object = {}): Promise<ReturnType<HostedApp['open']>> {
  app = await createHostedApp(async (request) => new Response(request.method))
  await app.signIn({ ...options, worker: never })
  const tab = await app.signIn(options)
  return tab
}

describe('a host that is gone', () => {
  it('is noticed by whoever waits for it, and the next one is asked in its place; nobody is signed out', async () => {
    const { auth } = await signedInTwice()
    const states: AuthState<unknown>[] = []
    auth.subscribe(() => states.push(auth.getState()))
    const before = app.workerCount()
    app.crash()
    expect(await app.settled(auth.getAccessToken())).toBeTruthy()
    expect(app.workerCount()).toBe(before + 1)
    await until(() => auth.explain().status === 'authenticated')
    expect(states.map(({ status }) => status)).not.toContain('unauthenticated')
    expect(states.map(({ status }) => status)).not.toContain('loading')
  })

  it('may have sent a request: one that changes nothing is made again (RFC 9110 §9.2.1)', async () => {
    const { auth } = await signedInTwice({ apis: ['https://api.example'] })
    app.crash()
    const response = await app.settled(auth.fetch('https://api.example/'))
    expect(await response.text()).toBe('GET')
  })

  // Methods of one's own may be called anything.
  it.each(['POST', 'FORGET', 'GETTER'])('and no other request is: %s', async (method) => {
    const { auth } = await signedInTwice({ apis: ['https://api.example'] })
    app.crash()
    const sent = auth.fetch('https://api.example/', { method, body: 'order' })
    await expect(app.settled(sent)).rejects.toMatchObject({ name: 'NetworkError', code: 'vault_lost' })
  })

  it('is not taken for gone that takes long: it is waited for, and what it told is gone by', async () => {
    let answer = (_: Response): void => undefined
    const answered = new Promise<Response>((resolve) => {
      answer = resolve
    })
    app = await createHostedApp(() => answered)
    app.provider.claims = { ...app.provider.claims, acr: 'gold' }
    const { auth, platform } = await app.signIn({ apis: ['https://api.example'] })
    const asked = auth.fetch('https://api.example/', { method: 'POST', body: 'order' })
    asked.catch(() => undefined)
    const now = (): number => platform.clock.now().monotonicMs
    const later = now() + 9000
    await app.settled(until(() => now() > later))
    expect(auth.satisfies({ acrValues: ['gold'] })).toBe(true)
    answer(new Response('done'))
    expect(await app.settled((await app.settled(asked)).text())).toBe('done')
  })

  it('did not tell of a sign-out in another tab: the page takes it from what the tabs share', async () => {
    app = await createHostedApp()
    const idle = await app.signIn()
    app.crash()
    const other = await app.signIn()
    await app.settled(other.auth.logout({ local: true }))
    expect(idle.auth.getState().status).toBe('authenticated')
    for (const key of idle.platform.shared.keys()) idle.noticeStored(key)
    expect(idle.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
    expect(idle.auth.satisfies({})).toBe(false)
  })

  it('nor did it while the page was away, which looks when it is back', async () => {
    app = await createHostedApp()
    const idle = await app.signIn()
    app.crash()
    const other = await app.signIn()
    await app.settled(other.auth.logout({ local: true }))
    idle.platform.wake('restored')
    expect(idle.auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out_elsewhere' })
  })

  it('is replaced when the page comes back, or hears that another tab has done something', async () => {
    const { auth, platform, noticeStored } = await signedInTwice()
    const count = app.workerCount()
    app.crash()
    platform.wake('visible')
    await app.settled(until(() => app.workerCount() === count + 1))
    app.crash()
    for (const key of platform.shared.keys()) noticeStored(key)
    await app.settled(until(() => app.workerCount() === count + 2))
    expect(auth.getState().status).toBe('authenticated')
  })

  it('leaves nobody on the way to the provider who came back, and no guard sends them off again', async () => {
    app = await createHostedApp()
    const { auth, platform, start } = app.open()
    start()
    await app.settled(auth.login())
    await until(() => auth.getState().status === 'redirecting')
    app.crash()
    platform.wake('restored')
    await app.settled(until(() => auth.getState().status === 'unauthenticated'))
    const back = { status: 'unauthenticated', reason: 'redirect_cancelled' }
    expect(auth.getState()).toEqual(back)
    expect(await app.settled(auth.requireSession())).toEqual(back)
    expect(platform.visited).toHaveLength(1)
  })

  it('leaves nobody on the way to the provider who never leaves', async () => {
    app = await createHostedApp()
    const { auth, start } = app.open()
    start()
    await app.settled(auth.login())
    await until(() => auth.getState().status === 'redirecting')
    app.crash()
    await app.settled(until(() => auth.getState().status === 'unauthenticated'))
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'redirect_cancelled' })
  })

  it.each([
    ['', false],
    [', though nothing of it could be kept in the tab', true],
  ])('leaves nobody signing out who came back%s', async (_but, isForgotten) => {
    app = await createHostedApp()
    const { auth, platform } = await app.signIn()
    await app.settled(auth.logout())
    await until(() => auth.getState().status === 'redirecting')
    platform.goTo('https://example.com/orders')
    if (isForgotten) platform.stored.clear()
    app.crash()
    platform.wake('restored')
    await app.settled(until(() => auth.getState().status === 'unauthenticated'))
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
  })

  it('leaves no callback undecided, whoever began it, and no code is sent twice', async () => {
    app = await createHostedApp()
    const left = app.open()
    await app.settled(left.auth.login())
    const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
    app.provider.onRequest = ({ path }) => (path === '/token' ? new Promise(() => undefined) : undefined)
    const { auth, start } = app.open({ href, stored: left.platform.stored })
    start()
    await app.settled(until(() => app.provider.count('/token') === 1))
    app.crash()
    await app.settled(until(() => auth.getState().status !== 'loading'))
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated' })
    expect(app.provider.count('/token')).toBe(1)
  })

  it('leaves nobody’s session looked for who does not ask', async () => {
    app = await createHostedApp()
    await app.signIn({ worker: never })
    const { auth, start } = app.open()
    start()
    await until(() => app.messages.some((message) => (message as { kind?: unknown }).kind === 'hello'))
    app.crash()
    await app.settled(until(() => auth.getState().status === 'authenticated'))
  })

  it('is not missed by a page that is stopped', async () => {
    app = await createHostedApp()
    const { auth, start, close, platform } = app.open()
    start()
    await app.settled(auth.login())
    await until(() => auth.getState().status === 'redirecting')
    close()
    app.crash()
    await app.advance(30_000)
    expect([app.workerCount(), platform.listenerCount()]).toEqual([1, 0])
  })

  it('takes its frames along', async () => {
    app = await createHostedApp()
    const options = { silentRedirectUri: '/silent' }
    await app.signIn(options)
    app.crash()
    app.browser.removeChannels()
    const { platform, start } = app.open({ options })
    start()
    await app.settled(until(() => platform.frames.length === 1))
    app.crash()
    await app.settled(until(() => platform.frames.length === 0))
  })
})

describe('a host that gives up a page', () => {
  it('is replaced whenever it does, though nobody waits for anything', async () => {
    app = await createHostedApp()
    const { auth } = await app.signIn()
    for (const times of [1, 2]) {
      const [before, count] = [auth.explain(), app.pagePorts.length]
      app.pagePorts.at(-1)?.onmessage?.({ data: { kind: 'lost' } } as MessageEvent)
      await app.settled(until(() => auth.explain() !== before))
      expect([times, app.pagePorts.length, auth.getState().status]).toEqual([
        times,
        count + 1,
        'authenticated',
      ])
    }
  })

  it('and does nothing else is not asked for ever: whoever waits is told, and nobody tries again by themselves', async () => {
    app = await createHostedApp()
    await app.signIn()
    let count = 0
    const worker = (): VaultWorker => {
      count += 1
      if (count > 50) return never()
      const port = {
        onmessage: undefined as ((event: object) => void) | undefined,
        close() {
          port.onmessage = undefined
        },
        postMessage({ kind }: { kind: string }) {
          const say = (data: object): void => queueMicrotask(() => port.onmessage?.({ data }))
          if (kind === 'hello') say({ latchkey: 1, kind: 'welcome' })
          say({ kind: 'lost' })
        },
      }
      return { port: port as unknown as MessagePort, addEventListener: () => undefined }
    }
    const { auth, start } = app.open({ options: { worker, fallback: never } })
    start()
    await expect(app.settled(auth.getAccessToken())).rejects.toMatchObject({ code: 'vault_lost' })
    for (let seconds = 0; seconds < 60; seconds += 1) await app.advance(1000)
    expect(auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'vault_lost' } })
    expect(count).toBeLessThan(20)
  })
})

describe('caches of somebody’s data', () => {
  it('stay where another host has the session of the same person, and go where it is another’s', async () => {
    app = await createHostedApp()
    app.provider.claims = { sub: 'alice' }
    await app.signIn({ worker: never })
    const { auth, platform } = await app.signIn()
    const heard: unknown[] = []
    auth.on('identity', ({ previous, current }) =>
      heard.push([previous?.sub, current?.sub, auth.getState().status]),
    )
    app.crash()
    await app.settled(auth.getAccessToken())
    expect(heard).toEqual([])
    app.crash()
    app.provider.claims = { sub: 'bob' }
    await app.signIn()
    platform.wake('visible')
    await app.settled(until(() => auth.getState().user?.sub === 'bob'))
    expect(heard).toEqual([['alice', 'bob', 'authenticated']])
    app.crash()
    for (const key of platform.shared.keys()) platform.shared.remove(key)
    await app.settled(app.open({ options: none }).auth.logout())
    await app.settled(auth.logout({ local: true }))
    expect(heard.slice(1)).toEqual([['bob', undefined, 'unauthenticated']])
  })
})

describe('caches of somebody’s data, while the page is left', () => {
  it.each([
    ['', false],
    [', also from a host that is gone', true],
  ])(
    'to sign in once more, stay for whoever comes back%s; they go with a sign-out',
    async (_where, isGone) => {
      const { auth, platform } = await signedInTwice()
      const heard: unknown[] = []
      auth.on('identity', ({ previous, current }) =>
        heard.push([previous?.sub, current?.sub, auth.getState().status]),
      )
      await app.settled(auth.login())
      expect(auth.getState().status).toBe('redirecting')
      if (isGone) app.crash()
      platform.wake('restored')
      await app.settled(until(() => auth.getState().status === 'authenticated'))
      expect(heard).toEqual([])
      await app.settled(auth.logout())
      expect(heard).toEqual([['alice', undefined, 'redirecting']])
    },
  )
})

describe('signing out', () => {
  it('is for good where no worker can be had: not for this page alone', async () => {
    app = await createHostedApp()
    app.provider.claims = { ...app.provider.claims, acr: 'gold' }
    const { auth, platform } = await app.signIn()
    expect(auth.satisfies({ acrValues: ['gold'] })).toBe(true)
    const tab = app.open({ options: none, stored: platform.stored })
    const errors: unknown[] = []
    tab.auth.on('error', (event) => errors.push(event))
    const result = await app.settled(tab.auth.logout())
    expect(result).toMatchObject({ provider: 'local', isRevoked: false, error: { code: 'code_not_loaded' } })
    expect(tab.auth.getState()).toMatchObject({
      status: 'unauthenticated',
      reason: 'signed_out',
      error: { code: 'code_not_loaded' },
    })
    expect(errors).toEqual([{ error: result.error, during: 'logout' }])
    const later = app.open({ stored: platform.stored }).auth.getState()
    expect(later).toEqual({ status: 'unauthenticated', reason: 'signed_out' })
    expect(app.open().auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  })

  it('is noted before anybody is asked: the page may be gone before a dead host is noticed', async () => {
    app = await createHostedApp()
    const { auth } = await app.signIn()
    app.crash()
    void auth.logout()
    expect(app.open().auth.getState()).toEqual({ status: 'unauthenticated', reason: 'no_session' })
  })

  it('is no sign-out of anybody where nobody is signed in', async () => {
    app = await createHostedApp()
    const { auth, platform } = app.open({ options: none })
    const shown: string[] = []
    auth.subscribe(() => shown.push(auth.getState().reason))
    await app.settled(auth.logout())
    expect(platform.shared.keys()).toEqual([])
    expect(shown).toEqual(['signed_out'])
  })
})

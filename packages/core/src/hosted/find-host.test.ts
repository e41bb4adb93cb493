import { afterEach, describe, expect, it } from 'vitest'
import { createHostedApp, type HostedApp, type HostedTab } from '../../test/hosted-app.ts'
import { hostedPageOf } from '../../test/hosted-page.ts'
import { isHeld } from '../../test/is-held.ts'
import { until } from '../../test/until.ts'
import type { VaultWorker } from '../options/client-options.ts'
import { composeHostedClient } from './hosted-client.ts'
import type { HostedOptions, HostWorker } from './hosted-options.ts'
import { createHostedClient } from './index.ts'

let app: HostedApp

afterEach(() => app.close())

const never = (): never => {
  throw new ReferenceError('SharedWorker is not defined')
}
const deaf = (): HostWorker => ({
  postMessage: () => undefined,
  addEventListener: (type, listener) => void (type === 'error' && queueMicrotask(listener)),
  terminate: () => undefined,
  onmessage: null,
})

/** A worker whose file takes so long to load. */
function slow<TWorker extends VaultWorker | HostWorker>(
  create: () => TWorker,
  delayMs: number,
): () => TWorker {
  return () => {
    const worker = create()
    const port = ('port' in worker ? worker.port : worker) as MessagePort
    const post = port.postMessage.bind(port) as (...given: unknown[]) => void
    const early: unknown[][] = []
    let isLoaded = false
    port.postMessage = (...given: unknown[]) => (isLoaded ? post(...given) : void early.push(given))
    setTimer(delayMs, () => {
      isLoaded = true
      for (const given of early.splice(0)) post(...given)
    })
    return worker
  }
}
const setTimer = (delayMs: number, callback: () => void): (() => void) =>
  app.open().platform.clock.setTimer(delayMs, callback)

describe('the worker of all tabs', () => {
  it('is given time to load: it has the whole client to bring', async () => {
    app = await createHostedApp()
    const { auth, platform } = app.open({
      options: { worker: slow(app.workers.worker, 4500), fallback: never },
    })
    await app.settled(auth.login())
    expect(platform.visited).toHaveLength(1)
  })

  it('is given more where there is a session, which another worker would not have', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, start } = app.open({
      options: { worker: slow(app.workers.worker, 9500), fallback: never },
    })
    start()
    expect(await app.settled(auth.ready())).toEqual({ status: 'unauthenticated', reason: 'restore_timeout' })
    await app.settled(until(() => auth.getState().status === 'authenticated'))
    expect(auth.explain().keeper).toEqual({ kind: 'vault' })
  })

  it('is held on to meanwhile: browsers collect a worker that nobody holds, and its error with it', async () => {
    app = await createHostedApp()
    const { port1: port } = new MessageChannel()
    let made: WeakRef<object> | undefined
    const { auth } = app.open({
      options: {
        worker() {
          const worker = { port, addEventListener: () => undefined }
          made = new WeakRef(worker)
          return worker
        },
      },
    })
    const leaving = auth.login()
    await until(() => made !== undefined)
    expect(await isHeld(made as WeakRef<object>)).toBe(true)
    await app.settled(leaving)
    port.close()
  })

  it('is not asked for by a page that is loaded ahead of time: in Chromium it would never answer there', async () => {
    app = await createHostedApp()
    await app.signIn()
    let count = 0
    const worker = (): VaultWorker => {
      count += 1
      return app.workers.worker()
    }
    const { auth, platform, start } = app.open({ options: { worker, fallback: never } })
    platform.setPrerendering(true)
    start()
    expect(await app.settled(auth.ready())).toEqual({ status: 'loading', reason: 'restoring' })
    await app.advance(60_000)
    expect([count, auth.getState()]).toEqual([0, { status: 'loading', reason: 'restoring' }])
    platform.setPrerendering(false)
    platform.wake('activated')
    await app.settled(until(() => auth.getState().status === 'authenticated'))
    expect([count, auth.explain().keeper]).toEqual([1, { kind: 'vault' }])
  })

  it('is none the worse for an error that its file throws later', async () => {
    app = await createHostedApp()
    const raise: (() => void)[] = []
    let isTerminated = false
    const fallback = (): HostWorker => {
      const made = app.workers.fallback()
      made.addEventListener = (_, listener) => void raise.push(listener)
      const { terminate } = made
      made.terminate = () => {
        isTerminated = true
        terminate()
      }
      return made
    }
    const { auth } = await app.signIn({ worker: never, fallback })
    for (const each of raise) each()
    expect(await app.settled(auth.getAccessToken())).toBeTruthy()
    expect(isTerminated).toBe(false)
  })
})

describe('the worker of the page alone', () => {
  it('is waited for longer: whether it cannot be loaded, it says', async () => {
    app = await createHostedApp()
    const { auth, platform } = app.open({
      options: { worker: never, fallback: slow(app.workers.fallback, 20_000) },
    })
    await app.settled(auth.login())
    expect(platform.visited).toHaveLength(1)
  })
})

describe('where there is neither', () => {
  it('a sign-in fails in the state, and for listeners, once, with what kept either from being had', async () => {
    app = await createHostedApp()
    const { auth, start } = app.open({ options: { worker: never, fallback: deaf } })
    start()
    const errors: { during: string }[] = []
    auth.on('error', (event) => errors.push(event))
    const error: Error = await app.settled(auth.login().catch((thrown: Error) => thrown) as Promise<Error>)
    expect(error).toMatchObject({ name: 'NetworkError', code: 'code_not_loaded' })
    for (const word of ['"worker"', 'no_shared_worker', '"fallback"', 'not_loaded', 'worker-src']) {
      expect(error.message).toContain(word)
    }
    expect(auth.getState()).toEqual({ status: 'unauthenticated', reason: 'sign_in_failed', error })
    expect(errors).toEqual([{ error, during: 'login' }])
    expect(auth.explain()).toMatchObject({ status: 'unauthenticated', errorCode: 'code_not_loaded' })
    expect(auth.explain().sentence).toBe(error.message)
    // A guard tells it by the state alone, as it never rejects.
    const guarded = await app.settled(auth.requireSession({ returnTo: '/orders' }))
    expect(guarded.error).toMatchObject({ code: 'code_not_loaded' })
    expect(errors.map(({ during }) => during)).toEqual(['login', 'login'])
  })

  it('everybody is told who waits for one at once, and listeners once', async () => {
    app = await createHostedApp()
    const { auth } = app.open({ options: { worker: never, fallback: deaf } })
    const errors: unknown[] = []
    auth.on('error', ({ error }) => errors.push(error.code))
    const asked = [auth.login(), auth.register(), auth.login()]
    for (const each of await app.settled(Promise.allSettled(asked))) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'code_not_loaded' } })
    }
    expect(errors).toEqual(['code_not_loaded'])
  })

  it.each<[string, (tab: HostedTab) => unknown]>([
    ['the page is started', ({ start }) => start()],
    ['a component finishes it', ({ auth }) => auth.handleCallback().catch(() => undefined)],
    ['a guard waits for it', ({ auth }) => auth.requireSession()],
  ])('a callback fails as one, where %s', async (_where, begin) => {
    app = await createHostedApp()
    const tab = app.open({
      href: 'https://example.com/callback?code=c&state=s',
      options: { worker: never, fallback: deaf },
    })
    const { auth } = tab
    const errors: unknown[] = []
    auth.on('error', ({ during }) => errors.push(during))
    begin(tab)
    await app.settled(until(() => auth.getState().status !== 'loading'))
    expect(auth.getState()).toMatchObject({ reason: 'sign_in_failed', error: { code: 'code_not_loaded' } })
    expect(errors).toEqual(['callback'])
  })

  it('a callback can be finished later on: no code was sent', async () => {
    app = await createHostedApp()
    const left = app.open()
    await app.settled(left.auth.login({ returnTo: '/orders' }))
    const href = app.provider.signIn(left.platform.visited.at(-1) ?? '')
    let isBroken = true
    const worker = (): VaultWorker => (isBroken ? never() : app.workers.worker())
    const { auth } = app.open({ href, stored: left.platform.stored, options: { worker, fallback: deaf } })
    await expect(app.settled(auth.handleCallback())).rejects.toMatchObject({ code: 'code_not_loaded' })
    isBroken = false
    expect(await app.settled(auth.handleCallback())).toMatchObject({ returnTo: '/orders' })
    expect(auth.getState()).toMatchObject({ status: 'authenticated', reason: 'signed_in' })
  })

  it.each([
    ['a page that is started', true],
    ['a page that is not', false],
  ])(
    'a guard on %s leaves the session to be looked for again, and there it is',
    async (_where, isStarted) => {
      app = await createHostedApp()
      await app.signIn()
      let isBroken = true
      const worker = (): VaultWorker => (isBroken ? never() : app.workers.worker())
      const { auth, platform, start } = app.open({ options: { worker, fallback: deaf } })
      const errors: unknown[] = []
      auth.on('error', (event) => errors.push(event))
      if (isStarted) start()
      const unfound = { reason: 'restore_failed', error: { code: 'code_not_loaded' } }
      expect(await app.settled(auth.requireSession())).toMatchObject(unfound)
      // As it does when it is shown again.
      expect(await app.settled(auth.requireSession())).toMatchObject(unfound)
      expect(errors).toEqual([])
      if (!isStarted) start()
      isBroken = false
      platform.wake('visible')
      await app.settled(until(() => auth.getState().status === 'authenticated'))
    },
  )

  it('a session is looked for again whenever the page comes back, without a page that blinks', async () => {
    app = await createHostedApp()
    await app.signIn()
    let isBroken = true
    const worker = (): VaultWorker => (isBroken ? never() : app.workers.worker())
    const { auth, platform, start } = app.open({ options: { worker, fallback: deaf } })
    const shown: string[] = []
    auth.subscribe(() => shown.push(auth.getState().reason))
    start()
    await app.settled(auth.ready())
    expect(auth.getState()).toMatchObject({ reason: 'restore_failed', error: { code: 'code_not_loaded' } })
    platform.wake('online')
    await app.advance(1000)
    isBroken = false
    platform.wake('visible')
    await app.settled(until(() => auth.getState().status === 'authenticated'))
    expect(shown).toEqual(['restore_failed', 'restored'])
  })

  it('whoever only came by asks for no worker when the page comes back', async () => {
    app = await createHostedApp()
    const { platform, start } = app.open()
    start()
    platform.wake('visible')
    await app.advance(1000)
    expect(app.workerCount()).toBe(0)
  })
})

describe('what cannot be sent to a worker', () => {
  it.each<[string, Partial<HostedOptions>]>([
    ['all tabs', {}],
    ['the page alone', { worker: never }],
  ])('is an option of the client: it is named, where there is a worker of %s', async (_whose, options) => {
    app = await createHostedApp()
    const claims = { '~standard': { validate: () => 1 } }
    const { auth } = app.open({ options: { ...options, ...({ claims } as object) } })
    const asked = auth.login()
    await expect(app.settled(asked)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'invalid_option',
    })
    await expect(asked).rejects.toThrow('"claims"')
    expect(auth.getState()).toMatchObject({ status: 'unauthenticated', error: { code: 'invalid_option' } })
  })

  it('or of a call, which nobody waits for then', async () => {
    app = await createHostedApp()
    const { auth, platform } = await app.signIn()
    const timers = platform.timerCount()
    const asked = auth.login({ appState: { done() {} } })
    await expect(app.settled(asked)).rejects.toMatchObject({
      name: 'ConfigurationError',
      code: 'invalid_option',
    })
    await expect(asked).rejects.toThrow('"appState"')
    await app.advance(5000)
    expect(platform.timerCount()).toBeLessThanOrEqual(timers)
    expect(auth.getState().status).toBe('authenticated')
  })
})

describe('whoever waits', () => {
  it('and does not need the session any more, keeps nobody from it', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, start } = app.open()
    const shown: string[] = []
    auth.subscribe(() => shown.push(auth.getState().reason))
    start()
    const stop = new AbortController()
    const asked = auth.requireSession({ signal: stop.signal })
    stop.abort()
    expect(await app.settled(asked)).toMatchObject({ status: 'authenticated' })
    expect(shown).toEqual(['restored'])
  })

  it('for a session and gives up, is not sent off to sign in when none is found', async () => {
    app = await createHostedApp()
    await app.signIn()
    app.crash()
    const { auth, platform, start } = app.open()
    start()
    const stop = new AbortController()
    const asked = auth.requireSession({ signal: stop.signal })
    await until(() => app.messages.some((said) => (said as { method?: unknown }).method === 'requireSession'))
    stop.abort()
    expect(await app.settled(asked)).toMatchObject({ status: 'unauthenticated' })
    await app.advance(10_000)
    expect(platform.visited).toEqual([])
  })

  it('for a token and gives up, is told at once, though the host is dead', async () => {
    app = await createHostedApp()
    const { auth, platform } = await app.signIn()
    app.crash()
    const stop = new AbortController()
    const asked = auth.getAccessToken({ signal: stop.signal })
    const before = platform.clock.now().monotonicMs
    const reason = new Error('Enough.')
    setTimeout(() => stop.abort(reason), 0)
    await expect(asked).rejects.toBe(reason)
    expect(platform.clock.now().monotonicMs).toBe(before)
  })

  it('no more, is not there for an answer that comes late', async () => {
    app = await createHostedApp()
    const { auth } = await app.signIn()
    const data = { kind: 'answer', id: 99, value: 'late', glance: undefined }
    expect(() => app.pagePorts.at(-1)?.onmessage?.({ data } as MessageEvent)).not.toThrow()
    expect(auth.getState().status).toBe('authenticated')
  })

  it('until it is decided, leaves no timer behind', async () => {
    app = await createHostedApp()
    await app.signIn()
    const { auth, platform } = app.open()
    const timers = platform.timerCount()
    expect(await app.settled(auth.ready())).toMatchObject({ status: 'authenticated' })
    await app.advance(2000)
    expect(platform.timerCount()).toBeLessThanOrEqual(timers)
  })
})

describe('a frame whose code is gone', () => {
  it('is no error of anybody’s, and looked for in vain', async () => {
    app = await createHostedApp()
    const silentRedirectUri = '/silent'
    await app.signIn({ silentRedirectUri })
    app.crash()
    app.browser.removeChannels()
    const { platform } = app.open()
    const page = {
      ...hostedPageOf(platform),
      openFrame: () => Promise.reject(new TypeError('Failed to fetch dynamically imported module')),
    }
    const options = {
      issuer: app.provider.issuer,
      clientId: 'app',
      redirectUri: '/callback',
      silentRedirectUri,
    }
    const auth = composeHostedClient({ ...options, ...app.workers } as HostedOptions, page)
    const stop = auth.start()
    await app.settled(until(() => auth.getState().reason === 'restore_failed'))
    stop()
  })
})

describe('on a server', () => {
  it('every call is rejected, and none throws', async () => {
    app = await createHostedApp()
    const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }
    const auth = createHostedClient({ ...options, worker: never, fallback: never })
    const calls = [auth.handleCallback(), auth.handleInitiateLogin(), auth.register(), auth.refreshUser()]
    for (const call of calls) await expect(call).rejects.toMatchObject({ code: 'no_browser' })
    expect(await auth.logout()).toMatchObject({ provider: 'local', error: { code: 'no_browser' } })
    expect(await auth.ready()).toEqual({ status: 'loading', reason: 'starting' })
  })
})

// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFakeProvider } from '../../test/fake-provider.ts'
import { createAuthClient } from '../index.ts'
import { createBrowserPlatform } from './browser.ts'
import { onLife } from './page-life.ts'
import type { Platform } from './ports.ts'

const origin = location.origin

let platform: Platform

/** Gives an object a property that a browser has, or has otherwise. */
function define(target: object, name: string, property: PropertyDescriptor): void {
  const before = Object.getOwnPropertyDescriptor(target, name)
  Object.defineProperty(target, name, { configurable: true, ...property })
  undo.push(() => {
    if (before) Object.defineProperty(target, name, before)
    else Reflect.deleteProperty(target, name)
  })
}

const undo: (() => void)[] = []

beforeEach(() => {
  sessionStorage.clear()
  history.replaceState(null, '', '/')
  platform = createBrowserPlatform()
})

afterEach(() => {
  for (const restore of undo.splice(0).reverse()) restore()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe('the browser’s clock', () => {
  it('tells the time of the day and a time that only goes forward', () => {
    const [first, second] = [platform.clock.now(), platform.clock.now()]
    expect(Math.abs(first.epochMs - Date.now())).toBeLessThan(60_000)
    expect(second.monotonicMs).toBeGreaterThanOrEqual(first.monotonicMs)
    expect(Math.abs(first.monotonicMs - performance.now())).toBeLessThan(60_000)
  })

  it('calls back, unless it is cancelled', async () => {
    const cancelled = vi.fn()
    const cancel = platform.clock.setTimer(0, cancelled)
    cancel()
    cancel()
    await new Promise<void>((resolve) => void platform.clock.setTimer(1, resolve))
    expect(cancelled).not.toHaveBeenCalled()
  })
})

describe('the browser’s randomness', () => {
  it('is as long as asked for, and never the same', () => {
    const draws = Array.from({ length: 20 }, () => platform.random.bytes(32))
    for (const bytes of draws) expect(bytes).toHaveLength(32)
    expect(new Set(draws.map((bytes) => bytes.join())).size).toBe(20)
  })

  it('spreads load between 0 and 1', () => {
    for (let draw = 0; draw < 20; draw++) {
      const fraction = platform.random.fraction()
      expect(fraction >= 0 && fraction < 1).toBe(true)
    }
  })
})

describe('the browser’s fetch', () => {
  it('is asked for when it is needed, so that what replaced it meanwhile is used', async () => {
    const answer = new Response('x')
    const replaced = vi.fn(async () => answer)
    vi.stubGlobal('fetch', replaced)
    const init = { method: 'POST' }
    await expect(platform.fetch('https://id.example/token', init)).resolves.toBe(answer)
    expect(replaced).toHaveBeenCalledExactlyOnceWith('https://id.example/token', init)
  })

  it('sends a request to an API as it is, and gives its answer', async () => {
    const answer = new Response('x')
    const replaced = vi.fn(async () => answer)
    vi.stubGlobal('fetch', replaced)
    const request = new Request('https://api.example/orders')
    await expect(platform.send(request)).resolves.toBe(answer)
    expect(replaced).toHaveBeenCalledExactlyOnceWith(request)
  })
})

describe('the browser’s storage (pain 32)', () => {
  it('is the session’s, and survives as long', () => {
    platform.session.set('latchkey.a', '1')
    platform.session.set('latchkey.b', '')
    expect(sessionStorage.getItem('latchkey.a')).toBe('1')
    expect(localStorage.length).toBe(0)
    expect(platform.session.get('latchkey.a')).toBe('1')
    expect(platform.session.get('latchkey.b')).toBe('')
    expect(platform.session.get('latchkey.c')).toBeUndefined()
    expect(platform.session.keys().sort()).toEqual(['latchkey.a', 'latchkey.b'])
    platform.session.remove('latchkey.a')
    platform.session.remove('latchkey.c')
    expect(platform.session.keys()).toEqual(['latchkey.b'])
  })

  it('is absent, and throws only when it is written, where its very getter throws', () => {
    define(globalThis, 'sessionStorage', {
      get: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    })
    expect(platform.session.get('a')).toBeUndefined()
    expect(platform.session.keys()).toEqual([])
    expect(() => platform.session.remove('a')).not.toThrow()
    expect(() => platform.session.set('a', '1')).toThrow('The operation is insecure.')
  })

  it('is absent where there is none', () => {
    define(globalThis, 'sessionStorage', { value: null })
    expect(platform.session.get('a')).toBeUndefined()
    expect(platform.session.keys()).toEqual([])
    expect(() => platform.session.remove('a')).not.toThrow()
    expect(() => platform.session.set('a', '1')).toThrow()
  })

  it('says so where it is full', () => {
    const setItem = (): void => {
      throw new DOMException('The quota has been exceeded.', 'QuotaExceededError')
    }
    define(globalThis, 'sessionStorage', { value: { setItem } })
    expect(() => platform.session.set('a', '1')).toThrow('quota')
  })
})

describe('the address bar', () => {
  it('shows the whole URL', () => {
    history.replaceState(null, '', '/a?b=%20c#d')
    expect(platform.navigation.href()).toBe(`${origin}/a?b=%20c#d`)
  })

  it('is replaced without another entry, and keeps what the router noted there (pain 31)', () => {
    history.replaceState({ idx: 3, key: 'router' }, '', '/callback?code=C&state=S')
    const entries = history.length
    platform.navigation.replace(`${origin}/callback?a=1#/x`)
    expect(location.href).toBe(`${origin}/callback?a=1#/x`)
    expect(history.state).toEqual({ idx: 3, key: 'router' })
    expect(history.length).toBe(entries)
  })

  it('is left by a navigation that "back" can undo', () => {
    const assign = vi.spyOn(location, 'assign').mockImplementation(() => undefined)
    platform.navigation.assign('https://id.example/auth?x=1')
    expect(assign).toHaveBeenCalledExactlyOnceWith('https://id.example/auth?x=1')
  })

  it('loads the page anew', () => {
    const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined)
    platform.navigation.reload?.()
    expect(reload).toHaveBeenCalledOnce()
  })

  function cameBy(type: string): void {
    vi.spyOn(performance, 'getEntriesByType').mockImplementation((kind) =>
      kind === 'navigation' ? ([{ type }] as unknown as PerformanceEntryList) : [],
    )
  }

  it.each([
    ['navigate', false],
    ['prerender', false],
    ['reload', true],
    ['back_forward', false],
  ])('was filled by the person or not: %s', (type, isUserDriven) => {
    cameBy(type)
    expect(platform.navigation.isUserDriven()).toBe(isUserDriven)
  })

  /** A page in which the browser tells what the person did. */
  function touched(activation: { hasBeenActive: boolean; isActive: boolean }) {
    cameBy('navigate')
    define(navigator, 'userActivation', { value: activation })
    return createBrowserPlatform().navigation
  }

  it('belongs to the person who has clicked or typed in the page, where the browser tells', () => {
    const activation = { hasBeenActive: false, isActive: false }
    const { isUserDriven } = touched(activation)
    expect(isUserDriven()).toBe(false)
    activation.hasBeenActive = true
    expect(isUserDriven()).toBe(true)
  })

  it('belongs to nobody for what was clicked in the page before it, until the person acts here', () => {
    const activation = { hasBeenActive: true, isActive: false }
    const { isUserDriven } = touched(activation)
    expect(isUserDriven()).toBe(false)
    activation.isActive = true
    expect(isUserDriven()).toBe(true)
  })

  it('belongs to nobody where the browser tells nothing', () => {
    vi.spyOn(performance, 'getEntriesByType').mockReturnValue([])
    define(navigator, 'userActivation', { value: undefined })
    expect(createBrowserPlatform().navigation.isUserDriven()).toBe(false)
  })
})

describe('the page', () => {
  it('is there', () => {
    expect(platform.page.exists()).toBe(true)
  })

  it('is secure unless the browser says otherwise, or withholds WebCrypto (pain 50)', () => {
    expect(platform.page.isSecureContext()).toBe(true)
    vi.stubGlobal('isSecureContext', true)
    expect(platform.page.isSecureContext()).toBe(true)
    vi.stubGlobal('isSecureContext', false)
    expect(platform.page.isSecureContext()).toBe(false)
    vi.unstubAllGlobals()
    vi.stubGlobal('crypto', { getRandomValues: () => undefined })
    expect(platform.page.isSecureContext()).toBe(false)
    vi.stubGlobal('crypto', undefined)
    expect(platform.page.isSecureContext()).toBe(false)
  })

  it('is online unless the browser says otherwise', () => {
    define(navigator, 'onLine', { value: true })
    expect(platform.page.isOnline()).toBe(true)
    define(navigator, 'onLine', { value: false })
    expect(platform.page.isOnline()).toBe(false)
    define(navigator, 'onLine', { value: undefined })
    expect(platform.page.isOnline()).toBe(true)
  })

  it('is visible unless it is hidden', () => {
    const show = (visibilityState: string): void =>
      define(document, 'visibilityState', { value: visibilityState })
    show('visible')
    expect(platform.page.isVisible()).toBe(true)
    show('hidden')
    expect(platform.page.isVisible()).toBe(false)
    show('prerender')
    expect(platform.page.isVisible()).toBe(true)
  })

  it('is framed where the window around it is another', () => {
    expect(platform.page.isFramed()).toBe(false)
    define(window, 'parent', { value: {} })
    expect(platform.page.isFramed()).toBe(true)
  })
})

/** A `PageTransitionEvent`; happy-dom’s own has no `persisted`. */
function pageTransition(type: string, persisted: boolean): Event {
  return Object.assign(new Event(type), { persisted })
}

describe('a page that comes back to life', () => {
  function wakeUp(): void {
    define(document, 'visibilityState', { value: 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
    define(document, 'visibilityState', { value: 'visible' })
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(new Event('offline'))
    window.dispatchEvent(new Event('online'))
    window.dispatchEvent(pageTransition('pageshow', false))
    window.dispatchEvent(pageTransition('pageshow', true))
    window.dispatchEvent(pageTransition('pagehide', true))
  }

  it('says how: it is seen, online, or back from the back/forward cache (pain 21)', () => {
    const causes: string[] = []
    const stop = platform.page.onWake((cause) => causes.push(cause))
    wakeUp()
    expect(causes).toEqual(['visible', 'online', 'restored'])
    stop()
  })

  it('says that it is offline to whoever has to know all that happens to it', () => {
    const types: string[] = []
    const stop = onLife(({ type }) => types.push(type))
    window.dispatchEvent(new Event('offline'))
    window.dispatchEvent(new Event('online'))
    stop()
    window.dispatchEvent(new Event('offline'))
    expect(types).toEqual(['offline', 'online'])
  })

  it('says nothing to those who have stopped listening, and goes on saying it to the others', () => {
    const heard = vi.fn()
    const stop = platform.page.onWake(heard)
    const stopped = vi.fn()
    for (let round = 0; round < 100; round++) platform.page.onWake(stopped)()
    wakeUp()
    expect(stopped).not.toHaveBeenCalled()
    expect(heard).toHaveBeenCalledTimes(3)
    stop()
    stop()
    wakeUp()
    expect(heard).toHaveBeenCalledTimes(3)
  })

  it('has no listener that keeps it out of the back/forward cache', () => {
    const names: string[] = []
    for (const target of [window, document]) {
      const add = target.addEventListener.bind(target) as typeof window.addEventListener
      define(target, 'addEventListener', {
        value: (...given: Parameters<typeof window.addEventListener>) => {
          names.push(given[0])
          add(...given)
        },
      })
    }
    platform.page.onWake(() => undefined)()
    expect(names).not.toContain('unload')
    expect(names).not.toContain('beforeunload')
  })
})

describe('a client in a page', () => {
  it('signs in with nothing replaced but the network', async () => {
    const provider = await createFakeProvider()
    provider.now = () => Date.now() / 1000
    const create = (): ReturnType<typeof createAuthClient> =>
      createAuthClient({
        issuer: provider.issuer,
        clientId: 'app',
        redirectUri: '/callback',
        platform: { fetch: provider.fetch },
      })
    const assign = vi.spyOn(location, 'assign').mockImplementation(() => undefined)
    history.replaceState(null, '', '/orders?page=2#part')
    await create().login()

    const callbackUrl = provider.signIn(String(assign.mock.calls[0]?.[0]))
    history.replaceState({ key: 'router' }, '', `${callbackUrl}&a=1`)
    const auth = create()
    expect(auth.getState()).toEqual({ status: 'loading', reason: 'callback' })
    const stop = auth.start()
    const finishing = auth.handleCallback()
    expect(location.href).toBe(`${origin}/callback?a=1`)
    expect(history.state).toEqual({ key: 'router' })
    await expect(finishing).resolves.toEqual({ returnTo: '/orders?page=2#part' })
    expect(auth.getState()).toMatchObject({ status: 'authenticated', user: { sub: 'alice' } })
    const stored = Object.values({ ...sessionStorage, ...localStorage }).join()
    for (const secret of provider.secrets) expect(stored).not.toContain(secret)
    stop()
  })

  it('leaves when a button calls login() with its event', async () => {
    const provider = await createFakeProvider()
    const { login } = createAuthClient({
      issuer: provider.issuer,
      clientId: 'app',
      redirectUri: '/callback',
      platform: { fetch: provider.fetch },
    })
    const left = new Promise<string>((resolve) => {
      vi.spyOn(location, 'assign').mockImplementation((url) => resolve(String(url)))
    })
    const button = document.createElement('button')
    button.addEventListener('click', login)
    button.click()
    expect(new URL(await left).searchParams.get('prompt')).toBeNull()
  })
})

describe('the storage of all tabs', () => {
  it('is local storage, which outlives the tab, and stays apart from the tab’s own', () => {
    localStorage.clear()
    platform.shared.set('latchkey.a', '1')
    expect([localStorage.getItem('latchkey.a'), sessionStorage.length]).toEqual(['1', 0])
    expect([
      platform.shared.get('latchkey.a'),
      platform.shared.get('latchkey.b'),
      platform.shared.keys(),
    ]).toEqual(['1', undefined, ['latchkey.a']])
    platform.shared.remove('latchkey.a')
    expect(localStorage.length).toBe(0)
  })

  it('is absent, and throws only when it is written, where its very getter throws', () => {
    define(globalThis, 'localStorage', {
      get: () => {
        throw new DOMException('The operation is insecure.', 'SecurityError')
      },
    })
    expect([platform.shared.get('a'), platform.shared.keys()]).toEqual([undefined, []])
    expect(() => platform.shared.remove('a')).not.toThrow()
    expect(() => platform.shared.set('a', '1')).toThrow('The operation is insecure.')
  })
})

describe('the locks of all tabs', () => {
  const never = new AbortController().signal

  it.each<[string, unknown]>([
    ['undefined, as in an old browser', undefined],
    ['null, as in some tests', null],
  ])('may be %s: then nothing is kept out', async (_, value) => {
    define(navigator, 'locks', { value })
    expect(platform.locks.exist()).toBe(false)
    await expect(platform.locks.run('a', never, async (hasWaited) => [hasWaited])).resolves.toEqual([false])
  })

  it('keep nothing out where site data is blocked, and the work is done all the same, once', async () => {
    const request = vi.fn(() => Promise.reject(new DOMException('The request was denied.', 'SecurityError')))
    define(navigator, 'locks', { value: { request } })
    const work = vi.fn(async () => 'done')
    await expect(platform.locks.run('a', never, work)).resolves.toBe('done')
    expect(work).toHaveBeenCalledExactlyOnceWith(false)
  })

  /** Locks as browsers have them (Web Locks §4.2): one holder, and a queue. */
  function defineLocks(): void {
    const queues = new Map<string, Promise<unknown>>()
    const request = async (
      name: string,
      options: { ifAvailable?: boolean; signal?: AbortSignal },
      work: (lock: unknown) => unknown,
    ): Promise<unknown> => {
      const before = queues.get(name)
      if (options.ifAvailable && before) return work(null)
      const turn = (before ?? Promise.resolve()).then(() => {
        options.signal?.throwIfAborted()
        return work({ name })
      })
      const settled = turn
        .catch(() => undefined)
        .then(() => {
          if (queues.get(name) === settled) queues.delete(name)
        })
      queues.set(name, settled)
      return turn
    }
    define(navigator, 'locks', { value: { request } })
  }

  it('let one in at a time, and tell whoever had to wait', async () => {
    defineLocks()
    expect(platform.locks.exist()).toBe(true)
    const order: unknown[] = []
    let finish = (): void => undefined
    const first = platform.locks.run('a', never, async (hasWaited) => {
      order.push(['first', hasWaited])
      await new Promise<void>((resolve) => {
        finish = resolve
      })
      order.push('first is done')
      return 1
    })
    const second = platform.locks.run('a', never, async (hasWaited) => void order.push(['second', hasWaited]))
    const other = platform.locks.run('b', never, async (hasWaited) => void order.push(['other', hasWaited]))
    await other
    expect(order).toEqual([
      ['first', false],
      ['other', false],
    ])
    finish()
    await expect(first).resolves.toBe(1)
    await second
    expect(order.slice(2)).toEqual(['first is done', ['second', true]])
  })

  it('let go of whoever fails, and pass the failure on without a second try', async () => {
    defineLocks()
    const failing = vi.fn(() => Promise.reject(new Error('failed')))
    await expect(platform.locks.run('a', never, failing)).rejects.toThrow('failed')
    expect(failing).toHaveBeenCalledOnce()
    await expect(platform.locks.run('a', never, async (hasWaited) => hasWaited)).resolves.toBe(false)
  })

  it('are not waited for once that is given up', async () => {
    defineLocks()
    let finish = (): void => undefined
    const isHeld = new Promise<void>((begun) => {
      void platform.locks.run('a', never, () => {
        begun()
        return new Promise<void>((resolve) => {
          finish = resolve
        })
      })
    })
    await isHeld
    const stop = new AbortController()
    const work = vi.fn(async () => undefined)
    const waiting = platform.locks.run('a', stop.signal, work)
    stop.abort(new Error('given up'))
    finish()
    await expect(waiting).rejects.toThrow('given up')
    expect(work).not.toHaveBeenCalled()
  })
})

describe('the channel to all tabs', () => {
  it('is none where there is none, or where site data is blocked', () => {
    define(globalThis, 'BroadcastChannel', { value: undefined })
    expect(platform.openChannel('a', () => undefined)).toBeUndefined()
    define(globalThis, 'BroadcastChannel', {
      value: class {
        constructor() {
          throw new DOMException('The operation is insecure.', 'SecurityError')
        }
      },
    })
    expect(platform.openChannel('a', () => undefined)).toBeUndefined()
  })

  it('carries what is posted, until it is closed', () => {
    const made: FakeChannel[] = []
    class FakeChannel {
      onmessage: ((event: { data: unknown }) => void) | null = null
      readonly posted: unknown[] = []
      isClosed = false
      readonly name: string
      constructor(name: string) {
        this.name = name
        made.push(this)
      }
      postMessage(message: unknown): void {
        this.posted.push(message)
      }
      close(): void {
        this.isClosed = true
      }
    }
    define(globalThis, 'BroadcastChannel', { value: FakeChannel })
    const heard: unknown[] = []
    const channel = platform.openChannel('latchkey.x', (message) => heard.push(message))
    channel?.post({ a: 1 })
    made[0]?.onmessage?.({ data: { b: 2 } })
    expect(made).toMatchObject([{ name: 'latchkey.x', posted: [{ a: 1 }], isClosed: false }])
    expect(heard).toEqual([{ b: 2 }])
    channel?.close()
    expect(made[0]?.isClosed).toBe(true)
  })
})

describe('a page that was frozen, or loaded ahead of time (pains 6 and 7)', () => {
  it('says that it was thawed, or opened, although nobody may look at it', () => {
    define(document, 'visibilityState', { value: 'hidden' })
    const causes: string[] = []
    const stop = platform.page.onWake((cause) => causes.push(cause))
    document.dispatchEvent(new Event('freeze'))
    document.dispatchEvent(new Event('resume'))
    document.dispatchEvent(new Event('prerenderingchange'))
    expect(causes).toEqual(['resumed', 'activated'])
    stop()
    document.dispatchEvent(new Event('resume'))
    expect(causes).toHaveLength(2)
  })

  it('is prerendered only where the browser says so', () => {
    expect(platform.page.isPrerendering()).toBe(false)
    define(document, 'prerendering', { value: true })
    expect(platform.page.isPrerendering()).toBe(true)
    define(document, 'prerendering', { value: false })
    expect(platform.page.isPrerendering()).toBe(false)
  })
})

describe('a page that goes to sleep', () => {
  it('says whether it is hidden, or gone, and to nobody who has stopped listening', () => {
    const causes: string[] = []
    const stop = platform.page.onSleep((cause) => causes.push(cause))
    define(document, 'visibilityState', { value: 'visible' })
    document.dispatchEvent(new Event('visibilitychange'))
    expect(causes).toEqual([])
    define(document, 'visibilityState', { value: 'hidden' })
    document.dispatchEvent(new Event('visibilitychange'))
    window.dispatchEvent(pageTransition('pagehide', true))
    expect(causes).toEqual(['hidden', 'gone'])
    // Whatever else happens to a page that is hidden, it was so before.
    window.dispatchEvent(new Event('offline'))
    document.dispatchEvent(new Event('resume'))
    expect(causes).toHaveLength(2)
    stop()
    stop()
    window.dispatchEvent(pageTransition('pagehide', false))
    expect(causes).toHaveLength(2)
  })
})

describe('a hidden frame', () => {
  // happy-dom loads nothing into frames, and would say so on the console.
  const { settings } = (window as unknown as { happyDOM: { settings: Record<string, unknown> } }).happyDOM
  beforeEach(() => {
    define(settings, 'disableIframePageLoading', { value: false })
    define(settings, 'enableIframePageLoading', { value: true })
  })

  /** A message event as the browser makes it (HTML §9.3). */
  function say(source: unknown, from: string, data: unknown): void {
    window.dispatchEvent(Object.assign(new Event('message'), { source, origin: from, data }))
  }

  /** The frames in the page, with something to tell their windows apart by. */
  function framesWithWindows(): HTMLIFrameElement[] {
    return [...document.querySelectorAll('iframe')].map((frame, index) =>
      Object.defineProperty(frame, 'contentWindow', { value: { index } }),
    )
  }

  it('is not seen, and says only what a page of this origin says in it', () => {
    const heard: unknown[] = []
    const remove = platform.openFrame('about:blank', (message) => heard.push(message))
    const [frame] = framesWithWindows()
    expect([frame?.hidden, frame?.title, frame?.src]).toEqual([true, 'Sign-in', 'about:blank'])
    const inside = frame?.contentWindow
    say(window, origin, 'of this very window')
    say(null, origin, 'of nobody')
    say(inside, 'https://evil.example', 'of another origin')
    say(inside, 'null', 'of a sandbox')
    expect(heard).toEqual([])
    say(inside, origin, 'ours')
    expect(heard).toEqual(['ours'])
    remove()
    expect(document.querySelector('iframe')).toBeNull()
    say(inside, origin, 'too late')
    expect(heard).toEqual(['ours'])
  })

  it('does not hear what is said in another', () => {
    const heard: string[] = []
    const removes = ['a', 'b'].map((name) => platform.openFrame('about:blank', () => heard.push(name)))
    const [, second] = framesWithWindows()
    say(second?.contentWindow, origin, 'hello')
    expect(heard).toEqual(['b'])
    for (const remove of removes) remove()
  })

  it('can be opened before the page has a body', () => {
    define(document, 'body', { value: null })
    const remove = platform.openFrame('about:blank', () => undefined)
    expect(document.documentElement.querySelectorAll('iframe')).toHaveLength(1)
    remove()
    expect(document.documentElement.querySelectorAll('iframe')).toHaveLength(0)
  })
})

describe('a page left without a trace in the history', () => {
  it('is replaced by the one that it is left for', () => {
    const replace = vi.spyOn(location, 'replace').mockImplementation(() => undefined)
    platform.navigation.leave('https://id.example/auth?prompt=none')
    expect(replace).toHaveBeenCalledExactlyOnceWith('https://id.example/auth?prompt=none')
  })
})

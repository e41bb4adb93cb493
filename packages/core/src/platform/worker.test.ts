import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWorkerPlatform, onAnyPageConnected, onPageConnected } from './worker.ts'

afterEach(() => vi.unstubAllGlobals())

/** The global scope of a SharedWorker, as far as it is named. */
function createScope(origin = 'https://app.example') {
  const scope = new EventTarget()
  vi.stubGlobal('location', { origin, href: `${origin}/assets/vault.js` })
  vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope))
  const served: unknown[] = []
  onPageConnected((port) => served.push(port))
  return {
    served,
    /** HTML §10.2.6.3: a page connects. */
    connect(from: string, ports: readonly unknown[] = ['port']) {
      scope.dispatchEvent(Object.assign(new Event('connect'), { origin: from, ports }))
    },
  }
}

describe('a SharedWorker', () => {
  it('serves every page of its own origin that connects', () => {
    const { served, connect } = createScope()
    connect('https://app.example', ['first'])
    connect('https://app.example', ['second'])
    expect(served).toEqual(['first', 'second'])
  })

  it('serves pages where the browser does not say where they are from', () => {
    const { served, connect } = createScope()
    connect('')
    expect(served).toEqual(['port'])
  })

  it.each([
    'https://evil.example',
    'https://app.example.evil.example',
    'http://app.example',
    'https://app.example:8443',
    'null',
  ])('does not serve a page of %s', (origin) => {
    const { served, connect } = createScope()
    connect(origin)
    expect(served).toEqual([])
  })
})

describe('a worker of either kind', () => {
  /** Whom it serves in a global scope of that kind. */
  function servedIn(kind: object): unknown[] {
    const scope = new EventTarget()
    vi.stubGlobal('location', { origin: 'https://app.example' })
    vi.stubGlobal('addEventListener', scope.addEventListener.bind(scope))
    for (const [name, value] of Object.entries(kind)) vi.stubGlobal(name, value)
    const served: unknown[] = []
    onAnyPageConnected((port) => served.push(port))
    scope.dispatchEvent(Object.assign(new Event('connect'), { origin: '', ports: ['port'] }))
    return served
  }

  it('serves the pages that connect to it, where pages share it', () => {
    expect(servedIn({ onconnect: null })).toEqual(['port'])
  })

  it('serves the page that has made it, where that is its own', () => {
    expect(servedIn({})).toEqual([globalThis])
  })
})

describe('createWorkerPlatform', () => {
  const surroundings = { isVisible: () => false, onWake: () => () => undefined }

  it('names nothing of the browser before it is used', () => {
    for (const name of ['location', 'navigator', 'BroadcastChannel', 'crypto']) vi.stubGlobal(name, undefined)
    expect(() => createWorkerPlatform(surroundings)).not.toThrow()
  })

  it('forgets with the worker what it stores', () => {
    const first = createWorkerPlatform(surroundings)
    first.shared.set('key', 'value')
    expect(first.shared.get('key')).toBe('value')
    expect(createWorkerPlatform(surroundings).shared.get('key')).toBeUndefined()
    expect(first.session.get('key')).toBeUndefined()
  })

  it('goes nowhere, and shows nothing', () => {
    const { navigation, openFrame } = createWorkerPlatform(surroundings)
    expect(() => navigation.assign('https://id.example/')).toThrow()
    expect(() => navigation.replace('https://id.example/')).toThrow()
    expect(() => openFrame('https://id.example/', () => undefined)).toThrow()
    expect(navigation.isUserDriven()).toBe(false)
  })

  it('is seen where its pages are', () => {
    let isVisible = false
    const { page } = createWorkerPlatform({ ...surroundings, isVisible: () => isVisible })
    expect(page.isVisible()).toBe(false)
    isVisible = true
    expect(page.isVisible()).toBe(true)
  })

  it('is there, neither framed nor loaded ahead of time, and secure as far as the browser says', () => {
    const { page, navigation } = createWorkerPlatform(surroundings)
    expect([page.exists(), page.isFramed(), page.isPrerendering()]).toEqual([true, false, false])
    vi.stubGlobal('isSecureContext', true)
    expect(page.isSecureContext()).toBe(true)
    vi.stubGlobal('isSecureContext', false)
    expect(page.isSecureContext()).toBe(false)
    vi.stubGlobal('location', { href: 'https://app.example/assets/vault.js' })
    expect(navigation.href()).toBe('https://app.example/assets/vault.js')
  })

  it('wakes with its pages, and never sleeps', () => {
    const stop = vi.fn()
    const onWake = vi.fn(() => stop)
    const { page } = createWorkerPlatform({ ...surroundings, onWake })
    const heard = vi.fn()
    expect(page.onWake(heard)).toBe(stop)
    expect(onWake).toHaveBeenCalledExactlyOnceWith(heard)
    page.onSleep(heard)()
    expect(heard).not.toHaveBeenCalled()
  })

  it('is online unless the browser knows that it is not', () => {
    const { page } = createWorkerPlatform(surroundings)
    vi.stubGlobal('navigator', { onLine: false })
    expect(page.isOnline()).toBe(false)
    vi.stubGlobal('navigator', {})
    expect(page.isOnline()).toBe(true)
  })
})

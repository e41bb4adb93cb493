import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWorkerPlatform, onPageConnected } from './worker.ts'

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

  it('is online unless the browser knows that it is not', () => {
    const { page } = createWorkerPlatform(surroundings)
    vi.stubGlobal('navigator', { onLine: false })
    expect(page.isOnline()).toBe(false)
    vi.stubGlobal('navigator', {})
    expect(page.isOnline()).toBe(true)
  })
})

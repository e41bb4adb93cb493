// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHostedPage } from './hosted-page.ts'
import type { HostedPage } from './hosted-ports.ts'

const origin = location.origin
let page: HostedPage

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
  history.replaceState(null, '', '/')
  page = createHostedPage()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

it('is seen as it is at that moment', () => {
  expect(page.exists()).toBe(true)
  history.replaceState(null, '', '/orders?page=2#part')
  const seen = {
    href: `${origin}/orders?page=2#part`,
    isUserDriven: false,
    isSecureContext: true,
    isOnline: true,
    isVisible: true,
    isPrerendering: false,
    isFramed: false,
  }
  expect(page.view()).toEqual(seen)
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden')
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  expect(page.view()).toEqual({ ...seen, isOnline: false, isVisible: false })
})

it('tells what happens to it, until it is let go of', () => {
  const types: string[] = []
  const stop = page.onLife(({ type }) => types.push(type))
  window.dispatchEvent(new Event('online'))
  stop()
  window.dispatchEvent(new Event('offline'))
  expect(types).toEqual(['online'])
})

describe('its address bar', () => {
  /** What of it loads another page. */
  function spyOnLeaving() {
    const none = (): void => undefined
    return {
      assign: vi.spyOn(location, 'assign').mockImplementation(none),
      leave: vi.spyOn(location, 'replace').mockImplementation(none),
    }
  }

  it.each([
    ['assign', 'leave'],
    ['leave', 'assign'],
  ] as const)('leaves the page by %s, and not by %s', (how, other) => {
    const leaving = spyOnLeaving()
    page.go(how, 'https://id.example/auth')
    expect(leaving[how]).toHaveBeenCalledExactlyOnceWith('https://id.example/auth')
    expect(leaving[other]).not.toHaveBeenCalled()
    expect(location.href).toBe(`${origin}/`)
  })

  it('is replaced without another entry, and keeps what the router noted there (pain 31)', () => {
    const leaving = spyOnLeaving()
    history.replaceState({ key: 'router' }, '', '/callback?code=C&state=S')
    const entries = history.length
    page.go('replace', `${origin}/callback?a=1#/x`)
    expect(location.href).toBe(`${origin}/callback?a=1#/x`)
    expect([history.state, history.length]).toEqual([{ key: 'router' }, entries])
    for (const leave of Object.values(leaving)) expect(leave).not.toHaveBeenCalled()
  })
})

describe('its storage', () => {
  it.each([
    ['session', 'sessionStorage', 'localStorage'],
    ['shared', 'localStorage', 'sessionStorage'],
  ] as const)('%s: is %s', (where, own, other) => {
    const [used, untouched] = [globalThis[own], globalThis[other]]
    untouched.setItem('latchkey.a', 'another')
    page.store(where, 'latchkey.a', '1')
    page.store(where, 'latchkey.ab', '')
    page.store(where, 'theirs.latchkey.', '3')
    expect(used.getItem('latchkey.a')).toBe('1')
    expect(['latchkey.a', 'latchkey.ab', 'latchkey.'].map((key) => page.read(where, key))).toEqual([
      '1',
      '',
      undefined,
    ])
    expect([...(page.entries(where, 'latchkey.') ?? [])].sort()).toEqual([
      ['latchkey.a', '1'],
      ['latchkey.ab', ''],
    ])
    page.store(where, 'latchkey.a', undefined)
    expect([used.getItem('latchkey.a'), page.read(where, 'latchkey.a')]).toEqual([null, undefined])
    expect(untouched.getItem('latchkey.a')).toBe('another')
  })

  it('is absent where its very getter throws, and does without (pain 32)', () => {
    vi.spyOn(globalThis, 'localStorage', 'get').mockImplementation(() => {
      throw new DOMException('The operation is insecure.', 'SecurityError')
    })
    expect(page.read('shared', 'latchkey.a')).toBeUndefined()
    expect(page.entries('shared', 'latchkey.')).toBeUndefined()
    expect(() => page.store('shared', 'latchkey.a', '1')).not.toThrow()
    expect(() => page.store('shared', 'latchkey.a', undefined)).not.toThrow()
    expect(page.entries('session', 'latchkey.')).toEqual([])
  })

  it('tells what another tab changed, one entry at a time, until it is let go of', () => {
    const heard: unknown[] = []
    const stop = page.onStored((...entry) => heard.push(entry))
    const change = (key: string | null, newValue: string | null): boolean =>
      dispatchEvent(Object.assign(new Event('storage'), { key, newValue }))
    change('latchkey.a', '1')
    change('latchkey.b', '')
    change('latchkey.a', null)
    // Somebody has cleared it all: there is no entry to tell of.
    change(null, null)
    stop()
    change('latchkey.a', '2')
    expect(heard).toEqual([
      ['latchkey.a', '1'],
      ['latchkey.b', ''],
      ['latchkey.a', undefined],
    ])
  })
})

it('calls back, unless it is cancelled', async () => {
  const cancelled = vi.fn()
  page.setTimer(0, cancelled)()
  await new Promise<void>((resolve) => void page.setTimer(1, resolve))
  expect(cancelled).not.toHaveBeenCalled()
})

it('opens frames as every page does, with code that is loaded for it', async () => {
  const { openFrame } = await import('./open-frame.ts')
  await expect(page.openFrame()).resolves.toBe(openFrame)
})

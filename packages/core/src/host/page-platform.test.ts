import { describe, expect, it } from 'vitest'
import { createFakePlatform } from '../../test/fake-platform.ts'
import { pageView, viewOf } from '../../test/page-view.ts'
import type { HostMessage } from '../hosted/messages.ts'
import type { PageView } from '../platform/hosted-ports.ts'
import { createPagePlatform, type HostedSurroundings, type PageReport } from './page-platform.ts'

const view: PageView = { ...pageView, isUserDriven: false }

function told(report: Partial<PageReport> = {}): HostedSurroundings & { readonly said: HostMessage[] } {
  const said: HostMessage[] = []
  const whole = { view, session: [], shared: [], ...report }
  return { ...createPagePlatform(whole, createFakePlatform(), (message) => void said.push(message)), said }
}

describe('a page as its host knows it', () => {
  it('is what it told last, in everything that it tells', () => {
    const { platform, see } = told()
    const { page } = platform
    const seen = (): unknown => viewOf(platform)
    expect([page.exists(), seen()]).toEqual([true, view])
    const other: PageView = {
      href: 'https://app.example/other',
      isUserDriven: true,
      isSecureContext: false,
      isOnline: false,
      isVisible: false,
      isPrerendering: true,
      isFramed: true,
    }
    see(other)
    expect([page.exists(), seen()]).toEqual([true, other])
  })

  it('is at the address that replaced its own, before it has said so', () => {
    const { platform, said } = told()
    platform.navigation.replace('https://app.example/clean')
    expect(platform.navigation.href()).toBe('https://app.example/clean')
    platform.navigation.assign('https://id.example/auth')
    platform.navigation.leave('https://id.example/logout')
    expect(platform.navigation.href()).toBe('https://app.example/clean')
    expect(said).toEqual([
      { kind: 'go', how: 'replace', url: 'https://app.example/clean' },
      { kind: 'go', how: 'assign', url: 'https://id.example/auth' },
      { kind: 'go', how: 'leave', url: 'https://id.example/logout' },
    ])
  })

  it.each([
    ['visibilitychange', true, ['visible']],
    ['visibilitychange', false, ['hidden']],
    ['pageshow', true, ['restored']],
    ['pagehide', true, ['gone']],
    ['resume', false, ['resumed']],
    ['online', true, ['online']],
    ['offline', true, []],
    ['constructor', true, []],
  ])('wakes and falls asleep as it tells: %s, seen: %s', (type, isVisible, heard) => {
    const { platform, see, live } = told()
    const causes: string[] = []
    platform.page.onWake((cause) => causes.push(cause))
    platform.page.onSleep((cause) => causes.push(cause))
    see({ ...view, isVisible })
    live({ type, persisted: true })
    expect(causes).toEqual(heard)
  })
})

describe('its storage', () => {
  it('holds what was there, and has the page keep what is written and removed', () => {
    const { platform, said } = told({ session: [['a', '1']], shared: [['b', '2']] })
    for (const [where, key] of [
      ['session', 'a'],
      ['shared', 'b'],
    ] as const) {
      const store = platform[where]
      expect([store.get(key), store.get('new'), store.keys()]).toEqual([
        key === 'a' ? '1' : '2',
        undefined,
        [key],
      ])
      store.set('new', '3')
      expect([store.get('new'), store.keys()]).toEqual(['3', [key, 'new']])
      store.remove(key)
      expect([store.get(key), store.keys()]).toEqual([undefined, ['new']])
      // There is nothing to do about it.
      store.remove(key)
      expect(said.splice(0)).toEqual([
        { kind: 'store', where, key: 'new', value: '3' },
        { kind: 'store', where, key, value: undefined },
      ])
    }
  })

  it.each(['session', 'shared'] as const)('takes nothing where it is blocked: %s', (where) => {
    const { platform, said } = told({ [where]: undefined })
    expect(() => platform[where].set('a', '1')).toThrow('Site data is blocked.')
    expect([platform[where].get('a'), platform[where].keys(), said]).toEqual([undefined, [], []])
  })

  it('is what another tab has made of it, with no word to the page, which knows', () => {
    const { platform, learn, said } = told({ shared: [['a', '1']] })
    learn('a', '2')
    learn('b', '')
    expect([platform.shared.get('a'), platform.shared.get('b')]).toEqual(['2', ''])
    learn('a', undefined)
    expect([platform.shared.get('a'), platform.shared.keys()]).toEqual([undefined, ['b']])
    expect([platform.session.keys(), said]).toEqual([[], []])
  })
})

describe('its frames', () => {
  it('are heard each for itself, until they are removed', () => {
    const { platform, say, said } = told()
    const heard: unknown[] = []
    const remove = platform.openFrame('https://id.example/one', (message) => heard.push(['one', message]))
    platform.openFrame('https://id.example/two', (message) => heard.push(['two', message]))
    const [first, second] = said.map((message) => (message as { frame: number }).frame)
    expect(said.splice(0)).toEqual([
      { kind: 'frame', frame: first, url: 'https://id.example/one' },
      { kind: 'frame', frame: second, url: 'https://id.example/two' },
    ])
    say(second as number, 'b')
    say(first as number, 'a')
    say(99, 'nobody')
    remove()
    expect(said).toEqual([{ kind: 'frame', frame: first, url: undefined }])
    say(first as number, 'too late')
    expect(heard).toEqual([
      ['two', 'b'],
      ['one', 'a'],
    ])
  })
})

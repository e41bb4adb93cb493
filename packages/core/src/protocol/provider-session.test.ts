import { describe, expect, it } from 'vitest'
import { createProtocolScene } from '../../test/protocol-scene.ts'
import { isProviderSession, readProviderSession } from './provider-session.ts'

const frameUrl = 'https://id.example/check'

/** What an authorization response says, where the metadata has this. */
async function read(response: string, extra: Record<string, unknown> = { check_session_iframe: frameUrl }) {
  const { provider } = await createProtocolScene()
  return readProviderSession(new URLSearchParams(response), { ...provider.metadata, ...extra } as never)
}

describe('the provider’s own session (OpenID Connect Session Management 1.0)', () => {
  it('is known by its state, and asked after on the provider’s page', async () => {
    expect(await read('session_state=s.1')).toEqual({ state: 's.1', frameUrl })
  })

  it.each([
    ['no page', undefined],
    ['what is no URL', '/check'],
    ['a page that is not safe', 'http://id.example/check'],
    ['a page that is a script', 'javascript:alert(1)'],
    ['a list of pages', [frameUrl]],
  ])('is not asked after where the metadata has %s (§3.3)', async (_, page) => {
    expect(await read('session_state=s.1', { check_session_iframe: page })).toEqual({ state: 's.1' })
  })

  it.each(['', 'session_state=', 'session_state=a&session_state=b', 'session_state=a+b'])(
    'is not known by "%s": a space would end it (§3.2)',
    async (response) => {
      expect(await read(response)).toBeUndefined()
    },
  )

  it.each<[string, unknown, boolean]>([
    ['its state', { state: 's' }, true],
    ['its state and a page', { state: 's', frameUrl }, true],
    ['a page that is not safe', { state: 's', frameUrl: 'http://id.example/check' }, false],
    ['a page that is none', { state: 's', frameUrl: 7 }, false],
    ['no state', { frameUrl }, false],
    ['nothing', null, false],
    ['text', 's', false],
  ])('is taken from another tab with %s, or is not', (_, value, isOne) => {
    expect(isProviderSession(value)).toBe(isOne)
  })
})

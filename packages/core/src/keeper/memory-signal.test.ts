import { describe, expect, it } from 'vitest'
import { createKeptSession } from '../../test/keeper-scene.ts'
import { turns } from '../../test/manual-clock.ts'

describe('getAccessToken with a signal', () => {
  it('rejects with the reason of a signal that was aborted before, and refreshes nothing', async () => {
    const { keeper, provider, clock } = await createKeptSession()
    const reason = new Error('The component is gone.')
    await clock.advance(300_000)
    await expect(keeper.getAccessToken({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    await turns()
    expect(provider.refreshes.calls).toHaveLength(0)
  })

  it('rejects with that reason though the token at hand is valid', async () => {
    const { keeper } = await createKeptSession()
    await expect(keeper.getAccessToken({ signal: AbortSignal.abort('gone') })).rejects.toBe('gone')
  })

  it('lets one caller go and serves the others from the same refresh', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(300_000)
    const leaving = new AbortController()
    const reason = new Error('The component is gone.')
    const left = scene.keeper.getAccessToken({ signal: leaving.signal })
    const staying = scene.keeper.getAccessToken({ signal: new AbortController().signal })
    const later = scene.keeper.getAccessToken()
    await turns()
    leaving.abort(reason)
    await expect(left).rejects.toBe(reason)
    scene.provider.refreshes.last().resolve(scene.tokens())
    expect(await Promise.all([staying, later])).toEqual(['access-2', 'access-2'])
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })

  it('keeps what a refresh brings though everybody who asked for it has gone', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(300_000)
    const leaving = new AbortController()
    const left = scene.keeper.getAccessToken({ signal: leaving.signal })
    await turns()
    leaving.abort()
    await expect(left).rejects.toMatchObject({ name: 'AbortError' })
    scene.provider.refreshes.last().resolve(scene.tokens())
    await turns()
    expect(await scene.keeper.getAccessToken()).toBe('access-2')
    expect(scene.provider.refreshes.calls).toHaveLength(1)
  })

  it('gives the reason, not the old token, when the signal is aborted while it lives', async () => {
    const { keeper, clock } = await createKeptSession()
    await clock.advance(295_000)
    const leaving = new AbortController()
    const left = keeper.getAccessToken({ signal: leaving.signal })
    await turns()
    leaving.abort('gone')
    await expect(left).rejects.toBe('gone')
  })

  it('stops listening to the signal when it has settled', async () => {
    const scene = await createKeptSession()
    await scene.clock.advance(300_000)
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...parameters: Parameters<typeof addEventListener>) => {
      listeners += 1
      addEventListener.apply(signal, parameters)
    }
    signal.removeEventListener = (...parameters: Parameters<typeof removeEventListener>) => {
      listeners -= 1
      removeEventListener.apply(signal, parameters)
    }
    const asked = scene.keeper.getAccessToken({ signal })
    await turns()
    expect(listeners).toBe(1)
    scene.provider.refreshes.last().resolve(scene.tokens())
    await asked
    await turns()
    expect(listeners).toBe(0)
  })
})

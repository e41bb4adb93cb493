import type { AuthClient } from '@latchkey/core'
import { describe, expect, it } from 'vitest'
import { createScene, createSignedInScene } from '../../core/test/signed-in.ts'
import { createAuthSource } from './auth.ts'

describe('what components see of a client', () => {
  it('is looked at late: making it reads nothing', async () => {
    const { auth } = await createScene()
    const refuse = (): never => {
      throw new Error('It was read.')
    }
    const client: AuthClient = { ...auth, getState: refuse, getServerState: refuse, subscribe: refuse }
    expect(() => createAuthSource(client)).not.toThrow()
  })

  it('is the same object until the state changes (REACT-03)', async () => {
    const { auth } = await createSignedInScene()
    const { getAuth } = createAuthSource(auth)
    const before = getAuth()
    expect(getAuth()).toBe(before)
    await auth.getAccessToken({ forceRefresh: true })
    expect(getAuth()).toBe(before)
    await auth.logout({ local: true })
    expect(getAuth()).not.toBe(before)
    expect(getAuth()).toBe(getAuth())
  })

  it('is one constant object on a server, whatever the state', async () => {
    const { auth } = await createSignedInScene()
    const { getServerAuth } = createAuthSource(auth)
    const before = getServerAuth()
    expect(before).toMatchObject({ status: 'loading', isLoading: true, isAuthenticated: false })
    await auth.logout({ local: true })
    expect(getServerAuth()).toBe(before)
  })
})

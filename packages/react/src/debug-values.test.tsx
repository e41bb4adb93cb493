import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createSignedInScene } from '../../core/test/signed-in.ts'
import {
  AuthProvider,
  useAccessToken,
  useAuth,
  useAuthClient,
  useAuthFetch,
  useSessionCountdown,
  useSuspenseAuth,
  useUser,
} from './index.ts'

const said = vi.hoisted(() => [] as unknown[])

// React gives what is said here to developer tools alone.
vi.mock('react', async (original) => ({
  ...(await original<typeof import('react')>()),
  useDebugValue<T>(value: T, format: (value: T) => unknown = (same) => same) {
    said.push(format(value))
  },
}))

beforeAll(() => void said.splice(0))
afterAll(() => vi.doUnmock('react'))

describe('what developer tools show', () => {
  it.each([
    ['useAuth', useAuth, expect.objectContaining({ status: 'authenticated' })],
    ['useUser', useUser, expect.objectContaining({ name: 'Alice' })],
    ['useSuspenseAuth', useSuspenseAuth, expect.objectContaining({ status: 'authenticated' })],
    ['useSessionCountdown', useSessionCountdown, undefined],
    ['useAccessToken', useAccessToken, 'authenticated: signed_in'],
    ['useAuthFetch', useAuthFetch, 'authenticated: signed_in'],
    ['useAuthClient', useAuthClient, 'authenticated: signed_in'],
  ])('of %s says something, and holds no token', async (_, hook: () => unknown, expected) => {
    const { auth, provider } = await createSignedInScene()
    function Component(): ReactNode {
      hook()
      return null
    }
    said.length = 0
    render(
      <AuthProvider client={auth}>
        <Component />
      </AuthProvider>,
    )
    expect(said.length).toBeGreaterThan(0)
    expect(said[0]).toEqual(expected)
    const text = JSON.stringify(said)
    expect(provider.secrets.filter((secret) => text.includes(secret))).toEqual([])
  })
})

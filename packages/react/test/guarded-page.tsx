import '../../core/test/loaded-engine.ts'
import { act } from '@testing-library/react'
import type { ReactNode } from 'react'
import { expect } from 'vitest'
import { settle } from '../../core/test/fake-platform.ts'
import { createFakeProvider } from '../../core/test/fake-provider.ts'
import { createSignedInScene, type Scene } from '../../core/test/signed-in.ts'
import { AuthProvider, RequireAuth, type RequireAuthProps } from '../src/index.ts'

/** A page with a guard on it, and a secret behind that. */
export function GuardedPage({ auth, ...guard }: { auth: Scene['auth'] } & RequireAuthProps): ReactNode {
  return (
    <AuthProvider client={auth}>
      <RequireAuth {...guard}>{guard.children ?? <p>secret</p>}</RequireAuth>
    </AuthProvider>
  )
}

/** Alice is signed in, and the provider says this of her. */
export async function signedInWith(claims: Record<string, unknown>): Promise<Scene> {
  const provider = await createFakeProvider()
  provider.claims = claims
  return createSignedInScene({ provider })
}

/** Lets everything happen that is about to, renewal and deadlines included. */
export async function letHappen({ platform }: Pick<Scene, 'platform'>): Promise<void> {
  await act(() => platform.advance(20_000))
  await act(settle)
}

/** Where the page was sent, without what was asked there. */
export function pathsOf({ platform }: Pick<Scene, 'platform'>): string[] {
  return platform.visited.map((url) => new URL(url).pathname)
}

/** Lets everything happen that is about to, and expects it to be this. */
export async function expectVisits(scene: Pick<Scene, 'platform'>, paths: readonly string[]): Promise<void> {
  // Code that is loaded on demand and WebCrypto take turns of their own, after which new deadlines begin.
  for (let turn = 0; turn < 20 && pathsOf(scene).length < paths.length; turn++) await letHappen(scene)
  await letHappen(scene)
  expect(pathsOf(scene)).toEqual(paths)
}

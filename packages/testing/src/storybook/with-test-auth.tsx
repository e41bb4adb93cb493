'use client'
import type { User } from '@latchkey/core'
import { AuthProvider } from '@latchkey/react'
import { type ReactElement, type ReactNode, useState } from 'react'
import { createTestAuth } from '../create-test-auth.ts'
import type { TestAuth, TestAuthOptions } from '../test-auth.ts'

/** As much of what Storybook tells a decorator as is needed of it. */
export interface StoryLike {
  readonly id: string
  // biome-ignore lint/suspicious/noExplicitAny: what Storybook itself says of parameters
  readonly parameters: { readonly [name: string]: any }
}

/**
 * A decorator that gives each story a client of its own. `parameters.auth` of a story, of a file or of all stories says
 * how it begins: with options, which add to the decorator's, or with a client that the story itself drives.
 *
 * @example
 * ```tsx
 * import { withTestAuth } from '@latchkey/testing/storybook'
 *
 * export default {
 *   title: 'Header',
 *   decorators: [withTestAuth({ user: { sub: 'alice', name: 'Alice' } })],
 * }
 *
 * export const SignedIn = {}
 * export const SignedOut = { parameters: { auth: { status: 'unauthenticated' } } }
 * export const Loading = { parameters: { auth: { status: 'loading' } } }
 * ```
 */
export function withTestAuth(
  options: TestAuthOptions<User> = {},
): (Story: () => ReactNode, story: StoryLike) => ReactElement {
  return (Story, { id, parameters }) => (
    <StoryAuth key={id} options={options} auth={parameters.auth}>
      {Story()}
    </StoryAuth>
  )
}

function StoryAuth({
  options,
  auth,
  children,
}: {
  options: TestAuthOptions<User>
  auth: TestAuth<User> | TestAuthOptions<User> | undefined
  children: ReactNode
}): ReactElement {
  const [client] = useState(() => (isClient(auth) ? auth : createTestAuth({ ...options, ...auth })))
  return <AuthProvider client={client}>{children}</AuthProvider>
}

function isClient(value: TestAuth<User> | TestAuthOptions<User> | undefined): value is TestAuth<User> {
  return value !== undefined && 'getState' in value
}

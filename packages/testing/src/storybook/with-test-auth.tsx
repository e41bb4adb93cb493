'use client'
import type { AuthClient, User } from '@latchkey/core'
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

/** What Storybook calls around a story. */
export type StoryDecorator = (Story: () => ReactNode, story: StoryLike) => ReactElement

/** Where a story finds its client. */
export interface StoryPlace<TUser> {
  /** What `createAuthContext` made. Default: the context of the package's own hooks. */
  readonly context?: {
    AuthProvider(props: { readonly client: AuthClient<TUser>; readonly children?: ReactNode }): ReactElement
  }
  /** The parameter of a story that says how it begins, where several clients are on one page. Default: `auth`. */
  readonly parameter?: string
}

/**
 * A decorator that gives each story a client of its own. `parameters.auth` of a story, of a file or of all stories says
 * how it begins: with options, which add to the decorator's, or with a client that the story itself drives.
 *
 * @param place Another context than the default one, whose stories are given clients of its own user type.
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
export function withTestAuth(options?: TestAuthOptions<User>, place?: StoryPlace<User>): StoryDecorator
export function withTestAuth<TUser>(
  options: TestAuthOptions<TUser> & { readonly user: TUser },
  place: StoryPlace<TUser> & Required<Pick<StoryPlace<TUser>, 'context'>>,
): StoryDecorator
export function withTestAuth<TUser>(
  options: TestAuthOptions<TUser> = {},
  {
    context = { AuthProvider } as Required<StoryPlace<TUser>>['context'],
    parameter = 'auth',
  }: StoryPlace<TUser> = {},
): StoryDecorator {
  return (Story, { id, parameters }) => (
    <StoryAuth key={id} options={options} auth={parameters[parameter]} context={context}>
      {/* As a component of its own: a story that is a function may use the hooks itself. */}
      <Story />
    </StoryAuth>
  )
}

interface StoryAuthProps<TUser> {
  readonly options: TestAuthOptions<TUser>
  readonly auth: TestAuth<TUser> | Partial<TestAuthOptions<TUser>> | undefined
  readonly context: Required<StoryPlace<TUser>>['context']
  readonly children: ReactNode
}

function StoryAuth<TUser>({ options, auth, context, children }: StoryAuthProps<TUser>): ReactElement {
  const [client] = useState(() => (isClient(auth) ? auth : createClient({ ...options, ...auth })))
  return <context.AuthProvider client={client}>{children}</context.AuthProvider>
}

/** Without a user it is of the default type: the overloads of {@link withTestAuth} see to that. */
function createClient<TUser>(options: TestAuthOptions<TUser>): TestAuth<TUser> {
  return createTestAuth(options as TestAuthOptions<TUser> & { readonly user: TUser })
}

function isClient<TUser>(value: StoryAuthProps<TUser>['auth']): value is TestAuth<TUser> {
  return value !== undefined && 'getState' in value
}

'use client'
import type { AuthClient, User } from '@latchkey/core'
import { useDebugValue, useState } from 'react'
import type { Auth } from './auth.ts'
import { type AuthContext, defaultContext, useAuthSource } from './auth-context.ts'
import { useSelected } from './use-selected.ts'

/** What is waited for, by client: React throws an unfinished render away, so its own state cannot hold it. */
type Waiting = WeakMap<object, Promise<void>>

/** Makes {@link useSuspenseAuth} for one context. */
export function createUseSuspenseAuth<TUser>(context: AuthContext<TUser>): () => Auth<TUser> {
  const waiting: Waiting = new WeakMap()
  return function useSuspenseAuth() {
    const source = useAuthSource(context, 'useSuspenseAuth()')
    const auth = useSelected(source)
    const isServers = auth === source.getServerAuth()
    // Markup that a server sent is there already, so it stays until there is something better to show.
    const [isTakingOver, setTakingOver] = useState(isServers)
    if (isTakingOver && auth.status !== 'loading') setTakingOver(false)
    useDebugValue(auth)
    if (auth.status === 'loading' && !isServers && !isTakingOver) {
      throw untilDecided(source.client, waiting)
    }
    return auth
  }
}

/**
 * The session, as `useAuth()` gives it, once it is decided: until then the nearest `<Suspense>` shows its fallback. It
 * waits for the decision and for nothing else: a session that cannot be found is one that nobody has, so no error
 * boundary is ever met.
 *
 * On a server, and in the hydration of what a server rendered, it does not suspend but gives the state `loading`, so
 * that no stream hangs and no markup differs: render something for `loading` there.
 *
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useSuspenseAuth } from '@latchkey/react'
 * import { Suspense } from 'react'
 *
 * function Greeting() {
 *   const { user } = useSuspenseAuth()
 *   return <p>Hello, {user?.name ?? 'stranger'}</p>
 * }
 *
 * export const Header = () => (
 *   <Suspense fallback={<p>One moment…</p>}>
 *     <Greeting />
 *   </Suspense>
 * )
 * ```
 */
export const useSuspenseAuth: <TUser = User>() => Auth<TUser> =
  /* @__PURE__ */ createUseSuspenseAuth(defaultContext)

/** Resolves when the state is no longer `loading`. One promise for all who wait for the same decision. */
function untilDecided<TUser>(client: AuthClient<TUser>, waiting: Waiting): Promise<void> {
  const known = waiting.get(client)
  if (known) return known
  let decide = (): void => undefined
  const decision = new Promise<void>((resolve) => {
    decide = resolve
  })
  const look = (): void => {
    if (client.getState().status === 'loading') return
    waiting.delete(client)
    decide()
  }
  const stopListening = client.subscribe(look)
  // An <AuthProvider> inside the boundary is not mounted either, and nothing would ever be decided.
  const stop = client.start()
  void decision.then(() => {
    stopListening()
    stop()
  })
  waiting.set(client, decision)
  look()
  return decision
}

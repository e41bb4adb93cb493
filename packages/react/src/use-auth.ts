'use client'
import type { User } from '@latchkey/core'
import { useDebugValue, useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Auth } from './auth.ts'
import { useAuthSource } from './context.ts'

/**
 * The session, and what can be done with it. Renders when the session changes; a silent refresh is no change.
 *
 * @param select Gives a part of it: the component then renders only when that part changes, compared
 *   shallowly, so a fresh object or array with the same members is no change.
 * @throws {ConfigurationError} `missing_provider`: there is no `<AuthProvider>` above
 *
 * @example
 * ```tsx
 * import { useAuth } from '@latchkey/react'
 *
 * export function Greeting() {
 *   const { status, user, login } = useAuth()
 *   if (status === 'loading') return null
 *   if (status !== 'authenticated') return <button onClick={() => login()}>Sign in</button>
 *   return <p>Hello, {user.name}</p>
 * }
 * ```
 *
 * @example
 * ```tsx
 * import { useAuth } from '@latchkey/react'
 *
 * export function Name() {
 *   return <>{useAuth((auth) => auth.user?.name)}</>
 * }
 * ```
 */
export function useAuth<TUser = User>(): Auth<TUser>
export function useAuth<TSelected, TUser = User>(select: (auth: Auth<TUser>) => TSelected): TSelected
export function useAuth<TSelected, TUser>(select: (auth: Auth<TUser>) => TSelected = whole): TSelected {
  const { client, getAuth, getServerAuth } = useAuthSource<TUser>('useAuth()')
  const committed = useRef<{ readonly value: TSelected } | undefined>(undefined)
  const [getSelected, getServerSelected] = useMemo(() => {
    // A selector written inline is another function at every render, so what was last shown counts too.
    let last: { readonly auth: Auth<TUser>; readonly value: TSelected } | undefined
    const pick = (auth: Auth<TUser>): TSelected => {
      if (last?.auth === auth) return last.value
      const value = select(auth)
      const before = last ?? committed.current
      last = { auth, value: before && isShallowEqual(before.value, value) ? before.value : value }
      return last.value
    }
    return [() => pick(getAuth()), () => pick(getServerAuth())]
  }, [select, getAuth, getServerAuth])
  const value = useSyncExternalStore(client.subscribe, getSelected, getServerSelected)
  useEffect(() => {
    committed.current = { value }
  }, [value])
  useDebugValue(value)
  return value
}

function whole<TAuth, TSelected>(auth: TAuth): TSelected {
  return auth as unknown as TSelected
}

/** Equal themselves, or two plain collections with equal members. */
function isShallowEqual(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true
  if (!isPlainCollection(left) || !isPlainCollection(right) || Array.isArray(left) !== Array.isArray(right))
    return false
  const keys = Object.keys(left)
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => Object.hasOwn(right, key) && Object.is(left[key], right[key]))
  )
}

function isPlainCollection(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype
}

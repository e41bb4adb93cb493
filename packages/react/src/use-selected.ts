'use client'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import type { Auth, AuthSource } from './auth.ts'

/** The session, or a part of it. Renders when that changes, compared shallowly. */
export function useSelected<TUser>(source: AuthSource<TUser>): Auth<TUser>
export function useSelected<TUser, TSelected>(
  source: AuthSource<TUser>,
  select: ((auth: Auth<TUser>) => TSelected) | undefined,
): TSelected
export function useSelected<TUser, TSelected>(
  { client, getAuth, getServerAuth }: AuthSource<TUser>,
  select: (auth: Auth<TUser>) => TSelected = whole,
): TSelected {
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

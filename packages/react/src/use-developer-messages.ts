'use client'
import type { AnyAuthError, AuthClient } from '@latchkey/core'
import { useEffect } from 'react'
import { noteForDeveloper } from './developer-notes.ts'

/** What bundlers put in its place. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/**
 * Says on the console of a development build what went wrong with a sign-in or a sign-out: whoever writes
 * `onClick={login}` awaits nothing, and the person is shown plain words at most. It holds no secret, as no message of an
 * {@link AuthError} does; what it was caused by is not printed. Beside that it notes what is no error and was hardly meant.
 */
export function useDeveloperMessages<TUser>({
  on,
  explain,
}: Pick<AuthClient<TUser>, 'on' | 'explain'>): void {
  useEffect(() => {
    try {
      // First, so that bundlers drop all of it from a production build.
      if (process.env.NODE_ENV === 'development') {
        const stops = [
          on('error', ({ error }) => {
            if (isForDeveloper(error))
              console.error(`Latchkey: ${error.name} ${error.code}: ${error.message}`)
          }),
          noteForDeveloper({ on, explain }),
        ]
        return () => {
          for (const stop of stops) stop()
        }
      }
    } catch {
      // No bundler was at work, and there is no `process`.
    }
    return undefined
  }, [on, explain])
}

/** A session that ends and a person who declines are no faults of the app's; to send people off again and again is. */
function isForDeveloper({ name, code }: AnyAuthError): boolean {
  if (code === 'login_loop') return true
  return name !== 'SignInRequiredError' && code !== 'access_denied'
}

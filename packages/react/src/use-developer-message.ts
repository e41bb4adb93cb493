'use client'
import type { AnyAuthError } from '@latchkey/core'
import { useEffect, useRef } from 'react'

/** What bundlers put in its place. */
declare const process: { readonly env: { readonly NODE_ENV?: string } }

/**
 * Says on the console of a development build what is for the developer to mend, once: the person is shown plain words,
 * and whoever wrote the app is not to look for the message. It holds no secret, as no message of an {@link AuthError}
 * does; what it was caused by is not printed. An app that shows errors itself has the error, and is told nothing.
 */
export function useDeveloperMessage(error: AnyAuthError | undefined): void {
  const said = useRef<AnyAuthError>(undefined)
  useEffect(() => {
    try {
      // First, so that bundlers drop all of it from a production build.
      if (
        process.env.NODE_ENV === 'development' &&
        error &&
        said.current !== error &&
        isForDeveloper(error)
      ) {
        said.current = error
        console.error(`Latchkey: ${error.name} ${error.code}: ${error.message}`)
      }
    } catch {
      // No bundler was at work, and there is no `process`.
    }
  }, [error])
}

/** A network that fails, a session that ends and a person who declines are no faults of the app's. */
function isForDeveloper({ name, code }: AnyAuthError): boolean {
  return /^(Configuration|Protocol|Server)Error$/.test(name) && code !== 'access_denied'
}

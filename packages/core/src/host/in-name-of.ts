import type { AuthClient } from '../client.ts'
import { identityKey } from '../events.ts'
import { subjectChanged } from '../withheld.ts'

/** Whom a client shows, as its page may say it again; undefined where nobody is signed in. */
export function whoIs(client: AuthClient<unknown>): string | undefined {
  const { status, user } = client.getState()
  return status === 'authenticated' ? identityKey(user, client.identifiedBy) : undefined
}

/**
 * Does for a page what it asks in the name of whom it shows: news of somebody else may be on its way there. A client
 * that is yet to find the session is given the time. From then on, the client itself sees to it.
 *
 * @param who whom the page shows, by {@link whoIs}; undefined where it shows nobody
 * @param run is to give up at once where its signal is aborted
 * @throws {SignInRequiredError} `subject_changed`: the client shows somebody else
 * @throws what `run` throws
 */
export async function inNameOf<T>(
  { client, who, signal }: { client: AuthClient<unknown>; who: string | undefined; signal: AbortSignal },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (who === undefined) return run(signal)
  const stop = new AbortController()
  signal.addEventListener('abort', () => stop.abort(signal.reason))
  let isKnown = false
  function compare(): void {
    const now = whoIs(client)
    if (isKnown || now === undefined) return
    isKnown = true
    if (now !== who) stop.abort(subjectChanged())
  }
  const unsubscribe = client.subscribe(compare)
  compare()
  try {
    stop.signal.throwIfAborted()
    return await run(stop.signal)
  } catch (error) {
    stop.signal.throwIfAborted()
    throw error
  } finally {
    unsubscribe()
  }
}

import { checkSilently, type SilentCheckContext } from '../restore/silent-check.ts'
import { type ProviderWatchContext, startProviderWatch } from './provider-watch.ts'

/** What keeping a session in step with the provider's works with. */
export type SessionWatchContext = SilentCheckContext &
  Pick<ProviderWatchContext, 'signedIn'> & { readonly platform: ProviderWatchContext['platform'] }

/**
 * Ends the session where the provider's own is over, or somebody else's: see {@link startProviderWatch} for when that is
 * asked, and {@link checkSilently} for what becomes of a change.
 *
 * @returns stops it
 */
export function watchSession(context: SessionWatchContext): () => void {
  const { settings, keeper } = context
  return startProviderWatch({
    ...context,
    clientId: settings.clientId,
    session: keeper.current,
    check: (signal) => checkSilently(context, signal),
  })
}

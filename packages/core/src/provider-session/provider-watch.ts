import type { Session } from '../keeper/keeper.ts'
import type { Platform, ProviderFrame } from '../platform/ports.ts'
import { openProviderFrame } from '../platform/provider-frame.ts'
import type { SilentCheckOutcome } from '../restore/silent-check.ts'
import { siteRelation } from '../restore/site.ts'
import { runWhile, type Wanted } from '../run-while.ts'

/** What watching the provider's session works with. */
export interface ProviderWatchContext {
  readonly clientId: string
  readonly platform: Pick<Platform, 'clock' | 'page' | 'navigation' | 'openProviderFrame'>
  /** Whether somebody is signed in on this page. */
  readonly signedIn: Wanted
  session(): Session | undefined
  /** Finds out what has become of the person there, and does what follows from it. Never rejects. */
  check(signal: AbortSignal): Promise<SilentCheckOutcome>
}

const everyMs = 5000
/** Before the provider is asked anew where asking has failed. */
const restMs = 60_000
/** After so many changes in a row that were none, the frame knows nothing: it may see no cookies (§5.1). */
const mostUseless = 2

/**
 * Asks a page of the provider's, in a frame, whether its session has changed (OpenID Connect Session Management 1.0
 * §3.1), until stopped. Nothing is asked while nobody is signed in, nobody sees the page, or there is no network; nor
 * where the frame is on another site, which its cookies do not reach. Each tab that is seen asks for itself: that needs
 * no request.
 *
 * @returns stops it
 */
export function startProviderWatch(context: ProviderWatchContext): () => void {
  const { page, navigation } = context.platform
  if (page.isFramed()) return () => undefined
  const relationOf = (url: string): ReturnType<typeof siteRelation> => siteRelation(navigation.href(), url)
  return runWhile(context.signedIn, () => watch(context, relationOf))
}

function watch(
  { clientId, platform, session, check }: ProviderWatchContext,
  relationOf: (url: string) => ReturnType<typeof siteRelation>,
): () => void {
  const { clock, page } = platform
  const stopped = new AbortController()
  let frame: (ProviderFrame & { readonly url: string }) | undefined
  let asked: string | undefined
  let cancelTimer: (() => void) | undefined
  let isOff = false
  let isChecking = false
  let hasMatched = false
  let useless = 0
  let restsUntilMs = 0

  const nowMs = (): number => clock.now().monotonicMs

  function close(): void {
    frame?.close()
    frame = undefined
    asked = undefined
  }

  function turnOff(): void {
    isOff = true
    cancelTimer?.()
    close()
  }

  function look(): void {
    cancelTimer?.()
    if (isOff || !page.isVisible() || !page.isOnline() || page.isPrerendering()) return
    cancelTimer = clock.setTimer(everyMs, look)
    if (nowMs() < restsUntilMs) return
    const { state, frameUrl: url } = session()?.providerSession ?? {}
    if (frame?.url !== url) close()
    if (state === undefined || url === undefined || relationOf(url) === 'cross') return
    frame ??= { url, ...(platform.openProviderFrame ?? openProviderFrame)(url, hear) }
    asked = state
    frame.post(`${clientId} ${state}`)
  }

  function hear(answer: unknown): void {
    const isCurrent = asked !== undefined && session()?.providerSession?.state === asked
    if (!isCurrent || isChecking) return
    if (answer === 'unchanged') {
      hasMatched = true
      useless = 0
    } else if (answer === 'error') turnOff()
    else if (answer === 'changed') void changed()
  }

  async function changed(): Promise<void> {
    // What may be another site is believed once its cookies are known to reach the frame: without them it always says so.
    const isBelieved = hasMatched || (frame && relationOf(frame.url) === 'same')
    if (!isBelieved || useless >= mostUseless) return turnOff()
    useless += 1
    isChecking = true
    const outcome = await check(stopped.signal)
    isChecking = false
    if (outcome === 'settled') return
    useless -= 1
    restsUntilMs = nowMs() + restMs
  }

  const stopWaking = page.onWake(look)
  look()
  return () => {
    stopWaking()
    stopped.abort(new DOMException('Nobody watches any more.', 'AbortError'))
    turnOff()
  }
}

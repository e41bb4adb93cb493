import type { Platform } from './platform/ports.ts'

/** A page that is being left shows no failure; one that stays after all goes on after this time. */
const patienceMs = 3000
/** Somebody waits to be told of the failure. */
const serverPatienceMs = 10_000

/**
 * Loads the page anew because a part of it could not be loaded: a release has taken the file away, and only a page of
 * the new one names those that are there. Besides, many browsers never ask again for a module that they could not get.
 * Once until it has helped (`key` says where that is kept), and only where the app's server answers: a page without a
 * network stays as it is.
 *
 * @param mayLeave whether nobody loses anything by it, or the address to go to instead: asked at the last moment
 * @returns settles where nothing comes of it, and never rejects
 */
export async function reloadPage(
  { fetch, session, navigation, clock }: Pick<Platform, 'fetch' | 'session' | 'navigation' | 'clock'>,
  key: string,
  mayLeave: () => boolean | string,
): Promise<void> {
  if (!navigation.reload || session.get(key)) return
  try {
    const stop = new AbortController()
    clock.setTimer(serverPatienceMs, () => stop.abort())
    const { ok } = await fetch(navigation.href(), {
      method: 'HEAD',
      cache: 'no-store',
      signal: stop.signal,
    })
    const to = ok && mayLeave()
    if (!to) return
    session.set(key, '1')
    if (to === true) navigation.reload()
    else navigation.leave(to)
    await new Promise<void>((resolve) => clock.setTimer(patienceMs, resolve))
  } catch {
    // There is no network, no answer, or no storage to count in.
  }
}

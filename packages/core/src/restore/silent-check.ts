import { abortable } from '../abortable.ts'
import type { CurrentParams } from '../current-params.ts'
import { isAuthError } from '../errors.ts'
import type { Keeper, Session } from '../keeper/keeper.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Platform } from '../platform/ports.ts'
import { isInteractionNeeded } from '../protocol/authorization-response.ts'
import { startDeadline } from '../protocol/deadline.ts'
import { joinScopes } from '../protocol/token-target.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import { parseCallbackUrl } from '../sign-in/callback-url.ts'
import { answerOf, frameLock } from './frame-rung.ts'
import { siteRelation } from './site.ts'

/** What asking whether the same person is still signed in works with. */
export interface SilentCheckContext {
  readonly settings: Settings
  readonly platform: Pick<Platform, 'clock' | 'locks' | 'openFrame' | 'navigation'>
  readonly keeper: Keeper
  readonly record: SessionRecordStore
  readonly urls: AppUrls
  readonly params: CurrentParams
  /** The same person is: this is their session now. */
  found(session: Session): void
  /** Nobody is, or somebody else. */
  over(reason: 'session_ended' | 'subject_changed'): void
}

/** `settled`: it is known, here or in another tab. `unknown`: the provider could not be asked, or made no sense. */
export type SilentCheckOutcome = 'settled' | 'unknown'

const patienceMs = 8000

/**
 * Asks the provider, in a frame, whether the person of this session is still signed in there (OpenID Connect Session
 * Management 1.0 §3.1: `prompt=none`). One tab at a time: for the others that wait it is settled then. Never rejects.
 */
export async function checkSilently(
  context: SilentCheckContext,
  signal: AbortSignal,
): Promise<SilentCheckOutcome> {
  const { settings, platform, keeper, record, urls, params, found, over } = context
  const { silentRedirectUri = '', statePrefix, resources, instanceId } = settings
  const { epoch } = record.read()
  const isSettled = (): boolean => record.read().epoch !== epoch || !keeper.current()

  async function ask(asked: AbortSignal): Promise<SilentCheckOutcome> {
    const before = keeper.current()
    if (isSettled() || !before) return 'settled'
    const redirectUri = urls.absolute(silentRedirectUri)
    // What takes the place of these tokens is to be good for as much.
    const scope = joinScopes(settings.scope, before.scope)
    const extra = { ...params.current(), prompt: 'none' }
    const switchedTo = params.switchedTo()
    const request = keeper.authorize({ redirectUri, scope, resources, statePrefix, extra })
    // However long that takes: the next in line is not to wait for it.
    const { url, ...secrets } = await abortable(request, asked)
    if (siteRelation(platform.navigation.href(), url) === 'cross') return 'unknown'
    const callback = parseCallbackUrl(await answerOf(platform, url, asked), redirectUri, statePrefix)
    if (callback.kind !== 'response') return 'unknown'
    if (isSettled()) return 'settled'
    const expectedSubject = before.claims?.sub
    const grant = { ...secrets, redirectUri, scope, expectedSubject, switchedTo }
    found(await keeper.redeem(callback.parameters, grant))
    return 'settled'
  }

  /** While no other tab asks: whoever does next is to know. */
  function judge(error: unknown): SilentCheckOutcome {
    if (isSettled()) return 'settled'
    const isOther = isAuthError(error) && error.code === 'subject_changed'
    if (!isOther && !(isAuthError(error) && isInteractionNeeded(error))) return 'unknown'
    over(isOther ? 'subject_changed' : 'session_ended')
    return 'settled'
  }

  const stop = new AbortController()
  const follow = (): void => stop.abort(signal.reason)
  signal.addEventListener('abort', follow)
  try {
    return await platform.locks.run(frameLock(instanceId), signal, async () => {
      const cancel = startDeadline(platform.clock, patienceMs, () =>
        stop.abort(new DOMException('No answer in time.', 'TimeoutError')),
      )
      return ask(stop.signal).catch(judge).finally(cancel)
    })
  } catch {
    // Given up, before its turn came.
    return isSettled() ? 'settled' : 'unknown'
  } finally {
    signal.removeEventListener('abort', follow)
  }
}

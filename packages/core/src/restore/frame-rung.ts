import { isAuthError, offline, ProtocolError } from '../errors.ts'
import type { Keeper } from '../keeper/keeper.ts'
import type { Settings } from '../options.ts'
import type { Clock, KeyValueStore, Platform } from '../platform/ports.ts'
import { isInteractionNeeded } from '../protocol/authorization-response.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import { parseCallbackUrl } from '../sign-in/callback-url.ts'
import type { Rung } from './rung.ts'
import { parseSilentAnswer } from './silent-answer.ts'
import { siteRelation } from './site.ts'

/** What asking in a frame works with. */
export interface FrameRungContext {
  readonly settings: Settings
  readonly platform: Pick<Platform, 'clock' | 'page' | 'shared' | 'openFrame' | 'navigation'>
  readonly keeper: Keeper
  readonly urls: AppUrls
  /** Where it is remembered how a frame of unknown site went. */
  readonly key: string
}

/** A frame that is blocked looks like one that takes long: no event tells them apart (measured). */
const patienceMs = 8000
const rememberedMs = 7 * 24 * 60 * 60 * 1000

/**
 * Asks the provider in a hidden frame whether somebody is signed in there (`prompt=none`, OpenID Connect Core 1.0
 * §3.1.2.1). Only where its cookies reach the frame: elsewhere the answer would always be no, after a long wait.
 */
export function createFrameRung(context: FrameRungContext): Rung {
  const { settings, platform, urls } = context
  const { clock, page, shared } = platform
  const memory = createMemory(shared, clock, context.key)

  return {
    name: 'frame',
    patienceMs,
    async climb(signal) {
      const { silentRedirectUri, issuer, endpoints } = settings
      if (silentRedirectUri === undefined) return { outcome: 'skipped', why: 'not_configured' }
      if (page.isFramed()) return { outcome: 'skipped', why: 'framed' }
      if (!page.isOnline()) return { outcome: 'failed', error: offline() }
      const relation = siteRelation(platform.navigation.href(), endpoints?.authorization ?? issuer ?? '')
      if (relation === 'cross' || (relation === 'unknown' && memory.isBlocked())) {
        return { outcome: 'skipped', why: 'cross_site' }
      }
      signal.addEventListener('abort', memory.noteBlocked)
      const session = await signInSilently(context, urls.absolute(silentRedirectUri), signal).catch(
        (error: unknown) => {
          if (isAuthError(error) && isInteractionNeeded(error)) return undefined
          throw error
        },
      )
      return session ? { outcome: 'restored', session } : { outcome: 'signed_out' }
    },
  }
}

async function signInSilently(
  { settings, keeper, platform }: FrameRungContext,
  redirectUri: string,
  signal: AbortSignal,
): ReturnType<Keeper['redeem']> {
  const { scope, statePrefix, params } = settings
  const { url, ...secrets } = await keeper.authorize({
    redirectUri,
    scope,
    statePrefix,
    extra: { ...params, prompt: 'none' },
  })
  signal.throwIfAborted()
  const answer = await new Promise<string>((resolve, reject) => {
    const remove = platform.openFrame(url, (message) => {
      const answerUrl = parseSilentAnswer(message)
      if (answerUrl === undefined) return
      remove()
      resolve(answerUrl)
    })
    signal.addEventListener('abort', () => {
      remove()
      reject(signal.reason)
    })
  })
  const callback = parseCallbackUrl(answer, redirectUri, statePrefix)
  if (callback.kind !== 'response') throw notAnAnswer()
  // Whatever else it says is checked where every answer is, its `state` included.
  return keeper.redeem(callback.parameters, { ...secrets, redirectUri, scope })
}

/** Whether frames of a provider on an unknown site work here is learned, once in some days. */
function createMemory(
  store: KeyValueStore,
  clock: Clock,
  key: string,
): { isBlocked(): boolean; noteBlocked(): void } {
  return {
    isBlocked: () => clock.now().epochMs - Number(store.get(key) ?? 0) < rememberedMs,
    noteBlocked() {
      try {
        store.set(key, String(clock.now().epochMs))
      } catch {
        // Then it is learned again.
      }
    },
  }
}

function notAnAnswer(): ProtocolError {
  return new ProtocolError(
    'invalid_authorization_response',
    'The page at option "silentRedirectUri" passed on something else than the provider’s answer.',
  )
}

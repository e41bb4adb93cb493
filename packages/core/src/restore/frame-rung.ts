import { abortable } from '../abortable.ts'
import type { CurrentParams } from '../current-params.ts'
import { isAuthError, ProtocolError } from '../errors.ts'
import type { Keeper } from '../keeper/keeper.ts'
import { noteLost } from '../lost-session.ts'
import type { Settings } from '../options/parse-options.ts'
import type { Clock, KeyValueStore, Platform } from '../platform/ports.ts'
import { isInteractionNeeded } from '../protocol/authorization-response.ts'
import type { SessionRecordStore } from '../session-record.ts'
import type { AppUrls } from '../sign-in/app-urls.ts'
import { parseCallbackUrl } from '../sign-in/callback-url.ts'
import { parseSilentAnswer } from '../silent-answer.ts'
import { offline } from '../withheld.ts'
import type { Rung, RungResult } from './rung.ts'
import { siteRelation } from './site.ts'

/** What asking in a frame works with. */
export interface FrameRungContext {
  readonly settings: Settings
  readonly platform: Pick<Platform, 'clock' | 'page' | 'shared' | 'locks' | 'openFrame' | 'navigation'>
  readonly keeper: Keeper
  readonly record: SessionRecordStore
  readonly urls: AppUrls
  readonly params: CurrentParams
  /** Where it is remembered how a frame of unknown site went. */
  readonly key: string
}

/** A frame that is blocked looks like one that takes long: no event tells them apart (measured). */
const patienceMs = 8000
/** How often a tab that has just signed in is asked once more. */
const busyTries = 5
const rememberedMs = 7 * 24 * 60 * 60 * 1000

/**
 * Asks the provider in a hidden frame whether somebody is signed in there (`prompt=none`, OpenID Connect Core 1.0
 * §3.1.2.1). Only where its cookies reach the frame: elsewhere the answer would always be no, after a long wait.
 * One tab at a time: the others ask that one.
 */
export function createFrameRung(context: FrameRungContext): Rung {
  const { settings, platform, keeper, record, urls, params } = context
  const { clock, page, shared, locks, navigation } = platform
  const { silentRedirectUri, issuer, endpoints, instanceId } = settings
  const memory = createMemory(shared, clock, context.key)
  /** Where the frame that is open is to end. */
  let awaited: string | undefined

  function noteSilence(): void {
    // Or another tab was quicker.
    if (!keeper.current()) memory.noteBlocked()
  }

  function isOutOfReach(url: string): boolean {
    const relation = siteRelation(navigation.href(), url)
    return relation === 'cross' || (relation === 'unknown' && memory.isBlocked())
  }

  /** @param silent hears that the frame is given up, and has said nothing */
  async function ask(redirectUri: string, signal: AbortSignal, silent: () => void): Promise<RungResult> {
    const { scope, resources, statePrefix } = settings
    const { epoch } = record.read()
    const extra = { ...params.current(), prompt: 'none' }
    const switchedTo = params.switchedTo()
    const request = keeper.authorize({ redirectUri, scope, resources, statePrefix, extra })
    // However long that takes: the next in line is not to wait for it.
    const { url, ...secrets } = await abortable(request, signal)
    // The issuer's own site says little where it sends people to another one.
    if (isOutOfReach(url)) return { outcome: 'skipped', why: 'cross_site' }
    signal.addEventListener('abort', silent, { once: true })
    awaited = redirectUri
    const answer = await answerOf(platform, url, signal)
    awaited = undefined
    signal.removeEventListener('abort', silent)
    if (siteRelation(navigation.href(), url) === 'unknown') memory.noteAnswered()
    const callback = parseCallbackUrl(answer, redirectUri, statePrefix)
    if (callback.kind !== 'response') throw notAnAnswer()
    // Whoever has signed out meanwhile, in whatever tab, is not signed in again by this.
    if (record.read().status === 'signed_out') return { outcome: 'signed_out' }
    // Nor does it take the place of whoever has signed in meanwhile (REST-01).
    const here = keeper.current()
    if (here) return { outcome: 'restored', session: here }
    try {
      // Whatever else it says is checked where every answer is, its `state` included.
      const session = await keeper.redeem(callback.parameters, {
        ...secrets,
        redirectUri,
        scope,
        switchedTo,
      })
      return { outcome: 'restored', session }
    } catch (error) {
      if (!isAuthError(error) || !isInteractionNeeded(error)) throw error
      // Noted before the next tab has its turn.
      noteLost(record, epoch)
      return { outcome: 'signed_out' }
    }
  }

  return {
    name: 'frame',
    patienceMs,
    get awaited() {
      return awaited
    },
    async climb(signal) {
      awaited = undefined
      if (silentRedirectUri === undefined) return { outcome: 'skipped', why: 'not_configured' }
      if (page.isFramed()) return { outcome: 'skipped', why: 'framed' }
      if (!page.isOnline()) return { outcome: 'failed', error: offline() }
      if (isOutOfReach(endpoints?.authorization ?? issuer ?? '')) {
        return { outcome: 'skipped', why: 'cross_site' }
      }
      const redirectUri = urls.absolute(silentRedirectUri)
      const { epoch } = record.read()
      return locks.run(frameLock(instanceId), signal, async (hasWaited) => {
        if (!hasWaited) return ask(redirectUri, signal, noteSilence)
        // The tab before us has a session now, or was told that there is none, or learned nothing.
        let session = await keeper.restore()
        // It has signed in, and is busy: its answer is worth more patience than that of a tab that may not exist.
        for (let tries = 0; !session && tries < busyTries && record.read().epoch > epoch; tries++) {
          session = await keeper.restore()
        }
        if (session) return { outcome: 'restored', session }
        if (record.read().status !== 'signed_in') return { outcome: 'signed_out' }
        return ask(redirectUri, signal, () => undefined)
      })
    },
  }
}

/** Whoever asks in a frame holds it, so that the provider is asked by one tab at a time. */
export function frameLock(instanceId: string): string {
  return `latchkey.${instanceId}.frame`
}

/** What the silent callback page, loaded in a frame at the end of this URL, was called with. */
export function answerOf(
  { openFrame }: Pick<Platform, 'openFrame'>,
  url: string,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const remove = openFrame(url, (message) => {
      const answer = parseSilentAnswer(message)
      if (answer === undefined) return
      remove()
      resolve(answer)
    })
    signal.addEventListener('abort', () => {
      remove()
      reject(signal.reason)
    })
  })
}

/** What is known of frames of a provider on an unknown site, for some days. */
interface FrameMemory {
  isBlocked(): boolean
  /** Where they have answered lately, it is the network that is bad: nobody is to be signed out for days by that. */
  noteBlocked(): void
  noteAnswered(): void
}

/** Stored is when it was learned: below zero that a frame has answered, else that none does. */
function createMemory(store: KeyValueStore, clock: Clock, key: string): FrameMemory {
  const nowMs = (): number => clock.now().epochMs
  function learned(sign: 1 | -1): boolean {
    const at = Number(store.get(key) ?? 0) * sign
    return at > 0 && Math.abs(nowMs() - at) < rememberedMs
  }

  function learn(sign: 1 | -1): void {
    try {
      store.set(key, String(nowMs() * sign))
    } catch {
      // Then it is learned again.
    }
  }

  return {
    isBlocked: () => learned(1),
    noteBlocked() {
      if (!learned(-1)) learn(1)
    },
    noteAnswered: () => learn(-1),
  }
}

function notAnAnswer(): ProtocolError {
  return new ProtocolError(
    'invalid_authorization_response',
    'The page at option "silentRedirectUri" passed on something else than the provider’s answer.',
  )
}

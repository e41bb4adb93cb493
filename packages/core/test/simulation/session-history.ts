import { everythingIn } from '../no-secrets.ts'
import type { ClientFamily, OpenIdProvider } from './openid-provider.ts'
import type { BrowserTab } from './shared-browser.ts'
import type { Timeline } from './timeline.ts'

/** Which sign-in came before which sign-out: learned by listening to what pages and vaults tell each other. */
export interface SessionHistory {
  /** The first sign-out that this sign-in does not outlive. */
  signOutOf(family: ClientFamily): SignOut | undefined
  /** Whether a sign-out counts as later, also one that was asked for while the sign-in was under way: of two at once it wins. */
  isOutlived(family: ClientFamily): boolean
  /** Something was posted on a channel. */
  posted(from: BrowserTab, message: unknown): void
  /** A vault and a page have talked. */
  told(to: BrowserTab, message: unknown): void
  /** A page wrote to the storage that all pages share. */
  recorded(key: string, value: string): void
}

/** A sign-out that somebody asked for. */
export interface SignOut {
  readonly epoch: number
  readonly atMs: number
  /** When the tabs were told; undefined as long as nobody has. */
  toldAtMs: number | undefined
}

/** Makes a {@link SessionHistory}. */
export function createSessionHistory({
  timeline,
  provider,
  violated,
  note,
}: {
  readonly timeline: Timeline
  readonly provider: OpenIdProvider
  violated(what: string): void
  note(what: string): void
}): SessionHistory {
  const epochs = new Map<number, number>()
  const signOuts = new Map<number, SignOut>()

  function signedOut(epoch: number): SignOut {
    const known = signOuts.get(epoch) ?? { epoch, atMs: timeline.now().monotonicMs, toldAtMs: undefined }
    signOuts.set(epoch, known)
    return known
  }

  function keepsSecrets(where: string, text: string): void {
    if (/SENTINEL|eyJ[\w-]+\.eyJ/.test(text)) violated(`a secret in ${where}: ${text} (invariant 9)`)
  }

  return {
    signOutOf({ number, signedInMs }) {
      const epoch = epochs.get(number)
      if (epoch === undefined) return undefined
      return [...signOuts.values()].find((signOut) => signOut.epoch > epoch && signOut.atMs > signedInMs)
    },
    isOutlived({ number }) {
      const epoch = epochs.get(number) ?? Number.POSITIVE_INFINITY
      return [...signOuts.keys()].some((signOut) => signOut > epoch)
    },
    posted(from, message) {
      const { kind, epoch } = message as { kind: string; epoch: number }
      note(`${from.number} tells ${kind}${epoch === undefined ? '' : ` ${epoch.toFixed(2)}`}`)
      const family = provider.redeemedBy(from)
      if (kind === 'signed_in' && family && !epochs.has(family.number)) epochs.set(family.number, epoch)
      if (kind === 'signed_out') signedOut(epoch).toldAtMs ??= timeline.now().monotonicMs
      keepsSecrets('a message between tabs', everythingIn(message))
    },
    told(_, message) {
      const { result, change, record } = message as {
        result?: { session?: Told; record?: { epoch: number } }
        change?: { session?: Told }
        record?: { epoch: number }
      }
      const family = (result?.session ?? change?.session)?.claims?.family
      const epoch = (result?.record ?? record)?.epoch
      if (family !== undefined && epoch !== undefined) epochs.set(family, epoch)
    },
    recorded(key, value) {
      keepsSecrets('localStorage', value)
      if (!key.endsWith('.session') || value === '') return
      const [epoch, status] = JSON.parse(value) as [number, string]
      note(`the record says ${status} ${epoch.toFixed(2)}`)
      if (status === 'signed_out') signedOut(epoch)
    },
  }
}

interface Told {
  readonly claims?: { readonly family?: number }
}

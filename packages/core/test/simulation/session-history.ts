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
}

/** So long a sign-out may be on its way to a page that sends a code. */
const newsMs = 100

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

  function signedOut(epoch: number): void {
    if (!signOuts.has(epoch)) signOuts.set(epoch, { epoch, atMs: timeline.now().monotonicMs })
  }

  /** Of what nobody has told, nothing is known. */
  const epochOf = (family: number): number => epochs.get(family) ?? Number.POSITIVE_INFINITY

  function keepsSecrets(where: string, text: string): void {
    if (/SENTINEL|eyJ[\w-]+\.eyJ/.test(text)) violated(`a secret in ${where}: ${text} (invariant 9)`)
  }

  return {
    signOutOf: ({ number }) => [...signOuts.values()].find(({ epoch }) => epoch > epochOf(number)),
    isOutlived: ({ number, codeSentMs }) =>
      [...signOuts.values()].some(({ epoch, atMs }) => epoch > epochOf(number) && atMs > codeSentMs - newsMs),
    posted(from, message) {
      const { kind, epoch } = message as { kind: string; epoch: number }
      note(`${from.number} tells ${kind}${epoch === undefined ? '' : ` ${epoch.toFixed(2)}`}`)
      const family = provider.redeemedBy(from)
      if (kind === 'signed_in' && family && !epochs.has(family.number)) epochs.set(family.number, epoch)
      if (kind === 'signed_out' || kind === 'signing_out') signedOut(epoch)
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

import { ConfigurationError } from '../errors.ts'
import { toJson } from '../options/option-values.ts'
import type { Clock, KeyValueStore } from '../platform/ports.ts'
import type { CodeGrant } from '../protocol/code-grant.ts'
import { plainCause } from '../protocol/plain-cause.ts'
import { isNumber, isText, listOf, maybe, oneOf, recordOf, type Shape, shape } from '../shapes.ts'

/** A sign-in whose answer is awaited. */
export interface PendingSignIn extends CodeGrant {
  /** Path, query and hash. */
  readonly returnTo: string
  /** The app's own, as JSON. */
  readonly appState?: unknown
  /** Nobody asked for it: a page was loaded, and looks whether somebody is signed in at the provider. */
  readonly isRestore?: boolean
}

/** What is left of a sign-in whose answer came: nothing secret, enough to send a reload on its way. */
export interface Tombstone {
  readonly outcome: 'started' | 'finished' | 'failed'
  readonly returnTo: string
}

/** What is found under a `state`. */
export type SignInRecord =
  | { readonly kind: 'pending'; readonly signIn: PendingSignIn }
  | { readonly kind: 'expired'; readonly returnTo: string }
  | ({ readonly kind: 'tombstone' } & Tombstone)
  | { readonly kind: 'unknown' }

/** The sign-ins of this tab that are under way, several at once, each under its `state`. */
export interface PendingStore {
  /** @throws {ConfigurationError} `storage_unavailable` · `invalid_option`: `appState` is no JSON */
  save(signIn: PendingSignIn): void
  find(state: string): SignInRecord
  /** Puts a tombstone where the sign-in was; its verifier and nonce are gone with that. */
  bury(state: string, tombstone: Tombstone): void
  /**
   * How far the newest sign-in came. One whose answer is awaited counts as started: this is asked at the
   * callback path, so the answer was here, and is gone.
   */
  latest(): Tombstone | undefined
}

/** A person may need this long: a password reset, an e-mail, a second factor. */
const pendingLifetimeMs = 60 * 60 * 1000
const tombstoneLifetimeMs = 10 * 60 * 1000
/** Abandoned sign-ins must not fill the storage. */
const mostRecords = 10

type StoredRecord = { readonly at: number } & (
  | { readonly signIn: PendingSignIn }
  | { readonly tombstone: Tombstone }
)

/** Makes a {@link PendingStore} over one prefix of a store; it never touches another key. */
export function createPendingStore(store: KeyValueStore, clock: Clock, prefix: string): PendingStore {
  const nowMs = (): number => clock.now().epochMs

  function read(key: string): StoredRecord | undefined {
    try {
      const record: unknown = JSON.parse(store.get(key) ?? '')
      return isRecord(record) ? record : undefined
    } catch {
      // Absent, or damaged by somebody: as good as absent.
      return undefined
    }
  }

  /** Newest first. */
  function list(): { key: string; record: StoredRecord | undefined }[] {
    return store
      .keys()
      .filter((key) => key.startsWith(prefix))
      .map((key) => ({ key, record: read(key) }))
      .sort((left, right) => (right.record?.at ?? 0) - (left.record?.at ?? 0))
  }

  function isStale(record: StoredRecord, lifetimeMs = pendingLifetimeMs): boolean {
    return nowMs() - record.at > ('signIn' in record ? lifetimeMs : tombstoneLifetimeMs)
  }

  function write(state: string, record: StoredRecord): void {
    for (const [index, { key, record: other }] of list().entries()) {
      // An expired sign-in is still worth a clear answer for as long as a fresh one would be.
      const isForgettable = !other || isStale(other, 2 * pendingLifetimeMs)
      if (index >= mostRecords - 1 || isForgettable) store.remove(key)
    }
    store.set(prefix + state, JSON.stringify(record))
  }

  return {
    save(signIn) {
      toJson('appState', signIn.appState)
      try {
        write(signIn.state, { at: nowMs(), signIn })
      } catch (cause) {
        throw new ConfigurationError(
          'storage_unavailable',
          'The sign-in was not started: sessionStorage cannot be written, so its answer could not be checked. ' +
            'Allow site data for this site, or free some of its storage.',
          { cause: plainCause(cause) },
        )
      }
    },

    find(state) {
      const record = read(prefix + state)
      if (!record) return { kind: 'unknown' }
      if ('tombstone' in record)
        return isStale(record) ? { kind: 'unknown' } : { kind: 'tombstone', ...record.tombstone }
      return isStale(record)
        ? { kind: 'expired', returnTo: record.signIn.returnTo }
        : { kind: 'pending', signIn: record.signIn }
    },

    bury(state, tombstone) {
      // Should the write fail, the secrets must be gone all the same.
      store.remove(prefix + state)
      try {
        write(state, { at: nowMs(), tombstone })
      } catch {
        // A reload then finds nothing, and asks for a new sign-in.
      }
    },

    latest() {
      const record = list().find((entry) => entry.record && !isStale(entry.record))?.record
      if (!record) return undefined
      return 'tombstone' in record
        ? record.tombstone
        : { outcome: 'started', returnTo: record.signIn.returnTo }
    },
  }
}

const isFilled: Shape = (value) => isText(value) && value !== ''
const isSignIn = shape({
  state: isFilled,
  nonce: isFilled,
  codeVerifier: isFilled,
  redirectUri: isFilled,
  scope: isText,
  returnTo: isText,
  keyId: maybe(isText),
  maxAge: maybe(isNumber),
  acrValues: maybe(listOf(isText)),
  expectedSubject: maybe(isText),
  switchedTo: maybe(recordOf(isText)),
})
const isTombstone = shape({ outcome: oneOf('started', 'finished', 'failed'), returnTo: isText })

/** What this version writes. Anything else, an older version's record included, counts as absent. */
function isRecord(value: unknown): value is StoredRecord {
  if (!shape({ at: isNumber })(value)) return false
  const { tombstone, signIn } = value as { readonly tombstone?: unknown; readonly signIn?: unknown }
  return tombstone === undefined ? isSignIn(signIn) : isTombstone(tombstone)
}

import type { OAuthOptions, OpenIdOptions, VaultOptions, VaultWorker } from '../options/client-options.ts'

/** What cannot be sent to a worker, or needs a page at hand. */
export type NeedsPage =
  | 'binding'
  | 'claims'
  | 'idleTimeoutSeconds'
  | 'loadUser'
  | 'onSessionLost'
  | 'persist'
  | 'platform'
  | 'sessionLimitSeconds'
  | 'timeoutLogout'
  | 'vault'
  | 'watchProviderSession'

/** Of each of them, or what one of them needs would be optional. */
type PlainData<T> = T extends unknown ? Omit<T, NeedsPage> : never

/** As much of a `Worker` as is needed of one. */
export interface HostWorker {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'error', listener: () => void): void
  terminate(): void
  onmessage: ((event: MessageEvent) => unknown) | null
}

/** What {@link createHostedClient} takes: the options of a client that are plain data, and where it is hosted. */
export type HostedOptions = PlainData<OpenIdOptions | OAuthOptions> &
  Pick<VaultOptions, 'sealed'> & {
    /** Creates the worker from a file of the app that holds nothing but `import '@latchkey/core/host'`. */
    readonly worker: () => VaultWorker
    /**
     * Creates a worker of this page alone from the same file: where the browser has no `SharedWorker`, or the one that
     * there is does not answer or is of another version. Tabs then share a session as without a vault, and none where it is
     * `sealed`.
     */
    readonly fallback: () => HostWorker
  }

/** The front of every key of a client. */
export function storagePrefix(instanceId: string): string {
  return `latchkey.${instanceId}.`
}

/** Where one client keeps what has to outlive a page. Nobody else's keys start like these. */
export interface StorageKeys {
  /** The front of every sign-in's key; its `state` follows. */
  readonly signIn: string
  /** The provider's metadata, while the browser is away. */
  readonly metadata: string
  /** How often the page was left without a gesture. */
  readonly automatic: string
  /** That the page was loaded anew for want of code, and that it has not helped yet. */
  readonly reloaded: string
  /** A sign-in that goes on in the page that was loaded anew for it. */
  readonly signInAfterReload: string
  /** That the provider was asked for a session by a redirect. */
  readonly askedByRedirect: string
  /** Shared by all tabs: how the session stands. */
  readonly record: string
  /** Shared by all tabs: the front of the mark of every page that has tokens to give; its random name follows. */
  readonly holding: string
  /** Shared by all tabs: when a frame last got no answer. */
  readonly frame: string
  /** Shared by all tabs: when the session began, and when somebody last did something. */
  readonly limits: string
  /** Shared by all tabs: a short name of the provider's session (claim `sid`), by which it can be told from another. */
  readonly sid: string
  /** Set after a sign-out that left the provider's own session alive. */
  readonly signedOut: string
}

/** Names a client's keys. */
export function storageKeys(instanceId: string): StorageKeys {
  const prefix = storagePrefix(instanceId)
  return {
    signIn: signInKey(prefix),
    metadata: `${prefix}metadata`,
    automatic: `${prefix}automatic`,
    reloaded: `${prefix}reloaded`,
    signInAfterReload: `${prefix}sign-in-after-reload`,
    askedByRedirect: `${prefix}asked-by-redirect`,
    record: recordKey(prefix),
    holding: `${prefix}holding.`,
    frame: `${prefix}frame`,
    limits: `${prefix}limits`,
    sid: `${prefix}sid`,
    signedOut: signedOutKey(prefix),
  }
}

/** {@link StorageKeys.signIn}, for a page that needs few of the keys. */
export const signInKey = (prefix: string): string => `${prefix}sign-in.`
/** {@link StorageKeys.record} */
export const recordKey = (prefix: string): string => `${prefix}session`
/** {@link StorageKeys.signedOut} */
export const signedOutKey = (prefix: string): string => `${prefix}signed-out`

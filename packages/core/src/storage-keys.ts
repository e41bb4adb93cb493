/** Where one client keeps what has to outlive a page. Nobody else's keys start like these. */
export interface StorageKeys {
  /** The front of every sign-in's key; its `state` follows. */
  readonly signIn: string
  /** The provider's metadata, while the browser is away. */
  readonly metadata: string
  /** How often the page was left without a gesture. */
  readonly automatic: string
  /** Set after a sign-out that left the provider's own session alive. */
  readonly signedOut: string
}

/** Names a client's keys. */
export function storageKeys(instanceId: string): StorageKeys {
  const prefix = `latchkey.${instanceId}.`
  return {
    signIn: `${prefix}sign-in.`,
    metadata: `${prefix}metadata`,
    automatic: `${prefix}automatic`,
    signedOut: `${prefix}signed-out`,
  }
}

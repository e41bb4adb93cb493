import { randomBytes } from 'node:crypto'

/** What a server wants to find in DPoP proofs, so that none can be made long ahead (RFC 9449 section 9). */
export interface Nonces {
  /** To be put into the next proof. */
  current(): string
  accepts(nonce: unknown): boolean
  /** None given so far is accepted any more. */
  change(): void
}

export function createNonces(): Nonces {
  let nonce = createNonce()
  return {
    current: () => nonce,
    accepts: (candidate) => candidate === nonce,
    change() {
      nonce = createNonce()
    },
  }
}

function createNonce(): string {
  return randomBytes(16).toString('base64url')
}

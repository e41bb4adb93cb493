import { parseChallenges } from '../api/challenges.ts'

/** The nonces that servers want in proofs (RFC 9449 §8, §9), each server's own. */
export interface Nonces {
  /** The newest that this server has given. */
  of(url: string): string | undefined
  /** Takes over what an answer says, be it an answer of any kind. @returns the nonce in it */
  learn(url: string, response: Response): string | undefined
}

/** Makes {@link Nonces}. */
export function createNonces(): Nonces {
  const known = new Map<string, string>()
  return {
    of: (url) => known.get(new URL(url).origin),
    learn(url, { headers }) {
      const nonce = headers.get('dpop-nonce') ?? undefined
      if (nonce !== undefined) known.set(new URL(url).origin, nonce)
      return nonce
    },
  }
}

/** Whether a server refuses a proof for want of its nonce: §8 in the body, §9 in the header. */
export async function wantsNonce(response: Response): Promise<boolean> {
  if (response.status === 401) {
    const challenges = parseChallenges(response.headers.get('www-authenticate'))
    return challenges.some(
      ({ scheme, parameters }) => scheme === 'dpop' && parameters.error === 'use_dpop_nonce',
    )
  }
  if (response.status !== 400) return false
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined)
  return (body as { error?: unknown } | undefined)?.error === 'use_dpop_nonce'
}

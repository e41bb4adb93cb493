import type { Idp, RecordedRequest } from '@latchkey/idp'

/** What the provider was asked over a long time. */
export interface Traffic {
  /** Oldest first; the APIs' are left out. */
  readonly requests: readonly RecordedRequest[]
  readonly reuses: readonly { readonly at: number }[]
  /** How many calls the orders API answered well, and how many it refused. */
  readonly calls: { readonly answered: number; readonly refused: number }
  /** Takes over what the provider's own log, which forgets, has by now. */
  collect(): void
}

/** Begins with an empty log. */
export function watchTraffic(idp: Idp): Traffic {
  const requests: RecordedRequest[] = []
  const reuses: { readonly at: number }[] = []
  const calls = { answered: 0, refused: 0 }
  idp.clearRequests()
  return {
    requests,
    reuses,
    calls,
    collect() {
      for (const request of idp.requests) {
        if (request.method === 'OPTIONS') continue
        if (request.server === 'idp') requests.push(request)
        else if (request.status === 200) calls.answered += 1
        else if (request.status === 401) calls.refused += 1
      }
      reuses.push(...idp.reuses)
      idp.clearRequests()
    },
  }
}

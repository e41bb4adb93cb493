import type { RequestListener } from 'node:http'

/** Milliseconds of latency that are added in one half of each round. */
export const farMs = 60

/** How far away all servers are. */
export interface Network {
  /** Milliseconds that every answer is late by: the way there and back. */
  latencyMs: number
  /** Puts the distance in front of a server. */
  before(next: RequestListener): RequestListener
}

export function createNetwork(): Network {
  const network: Network = {
    latencyMs: 0,
    before: (next) => (request, response) => {
      if (network.latencyMs === 0) next(request, response)
      else setTimeout(() => next(request, response), network.latencyMs)
    },
  }
  return network
}

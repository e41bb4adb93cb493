import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { type Idp, PortTakenError, startIdp } from '@latchkey/idp'
import type { ContestantEntry } from './contestants.ts'
import type { Network } from './network.ts'

/** The local provider, as one app sees it. */
export interface Provider {
  readonly idp: Idp
  /** Live, oldest first; preflights too. */
  readonly requests: ProviderRequest[]
  /** Breaks the signature of every ID token from now on, or no longer. */
  isForging: boolean
}

/** A request as it arrived, before the way there is added. */
export interface ProviderRequest {
  readonly method: string
  readonly path: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Undefined until it is answered. */
  endedAt?: number
  status?: number
}

/** Access tokens that live as long as many providers have them. */
export const accessTokenSeconds = 300

export async function startProvider(
  { dialect, redirectPaths = [], rewrite = (url) => url }: ContestantEntry,
  appOrigin: string,
  network: Network,
): Promise<Provider> {
  const requests: ProviderRequest[] = []
  const state = { isForging: false }
  const front = (next: RequestListener): RequestListener => {
    const far = network.before(next)
    return (request, response) => {
      request.url = rewrite(request.url ?? '/')
      record(request, response, requests)
      if (state.isForging && isTokenRequest({ path: request.url })) breakSignatures(response)
      far(request, response)
    }
  }
  const options = {
    appOrigins: [appOrigin],
    accessTokenSeconds,
    redirectPaths,
    front,
    ...(dialect && { dialect }),
  }
  const idp = await onSomePort(options)
  return Object.assign(state, { idp, requests })
}

export function isTokenRequest({ path }: { readonly path: string }): boolean {
  return path === '/token' || path === '/oauth/token'
}

/** Not one that systems hand out by themselves. */
async function onSomePort(options: Parameters<typeof startIdp>[0]): Promise<Idp> {
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  try {
    return await startIdp({ ...options, port, apiPort: 0 })
  } catch (error) {
    if (error instanceof PortTakenError) return onSomePort(options)
    throw error
  }
}

function record(request: IncomingMessage, response: ServerResponse, requests: ProviderRequest[]): void {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost')
  const entry: ProviderRequest = { method: request.method ?? '', path: pathname, at: Date.now() }
  requests.push(entry)
  response.once('close', () => {
    entry.endedAt = Date.now()
    entry.status = response.statusCode
  })
}

/** An ID token whose signature has one letter changed, in an answer that is as long as before. */
function breakSignatures(response: ServerResponse): void {
  const end = response.end.bind(response) as (body: unknown) => ServerResponse
  response.end = ((body: unknown) => {
    const text = Buffer.isBuffer(body) || typeof body === 'string' ? String(body) : undefined
    return end(
      text?.replace(/("id_token":"[\w-]+\.[\w-]+\.)(\w)/, (_all, before: string, letter: string) => {
        return before + (letter === 'A' ? 'B' : 'A')
      }) ?? body,
    )
  }) as ServerResponse['end']
}

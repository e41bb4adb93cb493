import type { BrowserContext, Request, Response } from '@playwright/test'
import { consoleLines } from './console-lines.ts'
import { isTapped } from './message-tap.ts'
import type { Secret } from './secret.ts'
import type { VaultExchange } from './vault-tap.ts'

/** What is heard of a browser context from outside its pages. */
export interface WireTap {
  /** Every secret that went over the wire so far. */
  secrets(): Promise<readonly Secret[]>
  /** Every request so far. */
  requests(): Promise<readonly SentRequest[]>
  /** Every line that a page wrote to the console, and every error that nobody caught. */
  readonly lines: readonly string[]
}

/** A request as it was sent. */
export interface SentRequest {
  readonly origin: string
  readonly path: string
  /** Address, headers and body. */
  readonly text: string
}

/** In the body of a token request or of its answer. */
const inBodies = ['access_token', 'refresh_token', 'id_token', 'code', 'code_verifier']
/** In the address of an authorization request or of its answer, or in the body of one that is pushed (RFC 9126). */
const inAddresses = ['code', 'state', 'nonce']

/** The addresses at which secrets are handed over. */
export interface Wires {
  readonly tokens: readonly string[]
  /** Authorization requests that are pushed. */
  readonly pushed: readonly string[]
}

/**
 * Listens from the beginning: what went by before it cannot be known.
 *
 * @param exchanges what the vault sends, where there is one: it grows
 */
export function tapWire(context: BrowserContext, wires: Wires, exchanges: readonly VaultExchange[]): WireTap {
  const requests: Request[] = []
  const answers: Promise<readonly Secret[]>[] = []
  const lines = consoleLines(context, isTapped)

  context.on('request', (request) => requests.push(request))
  context.on('response', (response) => {
    if (isTokenRequest(response.request(), wires)) answers.push(secretsOfAnswer(response))
  })

  return {
    async secrets() {
      const sent = requests.flatMap((request) => secretsOfRequest(request, wires))
      const byVault = exchanges.flatMap((exchange) => secretsOfExchange(exchange, wires))
      const all = [...sent, ...byVault, ...(await Promise.all(answers)).flat()]
      return [...new Map(all.map((secret) => [secret.value, secret])).values()]
    },
    requests: async () => [
      ...(await Promise.all(requests.map(writeDown))),
      ...exchanges.map(writeDownExchange),
    ],
    lines,
  }
}

function secretsOfRequest(request: Request, wires: Wires): readonly Secret[] {
  const address = pick(new URL(request.url()).searchParams, inAddresses)
  return [...address, ...secretsOfBody(request.url(), request.postData() ?? '', wires)]
}

async function secretsOfAnswer(response: Response): Promise<readonly Secret[]> {
  return secretsInJson(await response.text().catch(() => ''))
}

function secretsOfExchange({ url, body, answer }: VaultExchange, wires: Wires): readonly Secret[] {
  const answered = wires.tokens.includes(url) ? secretsInJson(answer) : []
  return [...secretsOfBody(url, body, wires), ...answered]
}

function secretsOfBody(url: string, body: string, { tokens, pushed }: Wires): readonly Secret[] {
  if (tokens.includes(url)) return pick(new URLSearchParams(body), inBodies)
  return pushed.includes(url) ? pick(new URLSearchParams(body), inAddresses) : []
}

function secretsInJson(text: string): readonly Secret[] {
  if (!text.startsWith('{')) return []
  return pick(new URLSearchParams(Object.entries(JSON.parse(text) as Record<string, string>)), inBodies)
}

function isTokenRequest(request: Request, { tokens }: Wires): boolean {
  return tokens.includes(request.url()) && request.method() === 'POST'
}

function pick(from: URLSearchParams, names: readonly string[]): readonly Secret[] {
  return names.flatMap((name) => from.getAll(name).map((value) => ({ name, value })))
}

async function writeDown(request: Request): Promise<SentRequest> {
  const { origin, pathname } = new URL(request.url())
  const headers = JSON.stringify(await request.allHeaders())
  return { origin, path: pathname, text: [request.url(), headers, request.postData()].join('\n') }
}

function writeDownExchange({ url, headers, body }: VaultExchange): SentRequest {
  const { origin, pathname } = new URL(url)
  return { origin, path: pathname, text: [url, headers, body].join('\n') }
}

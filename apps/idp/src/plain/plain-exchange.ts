import type { IncomingMessage } from 'node:http'
import { Request, Response } from '@node-oauth/oauth2-server'

/** A request and its answer as the library wants them. */
export interface Exchange {
  readonly request: Request
  readonly response: Response
}

export function createExchange(
  request: IncomingMessage,
  body: Readonly<Record<string, string>> = {},
): Exchange {
  const { searchParams } = new URL(request.url ?? '/', 'http://localhost')
  return {
    request: new Request({
      headers: request.headers as Record<string, string>,
      method: request.method ?? 'GET',
      query: Object.fromEntries(searchParams),
      body,
    }),
    response: new Response(),
  }
}

/** What the library answered. */
export function answerOf({ response }: Exchange): {
  status: number
  headers: Readonly<Record<string, string>>
  body: Readonly<Record<string, string>>
} {
  const { status = 200, headers = {}, body = {} } = response
  return { status, headers, body }
}

import type { IncomingMessage, ServerResponse } from 'node:http'
import { pathOf } from './request-path.ts'

/** One request, without its query, headers and body: no code, token or password is ever kept. */
export interface RecordedRequest {
  readonly server: ServerName
  readonly method: string
  readonly path: string
  /** 0 as long as no answer was begun, and for ever when none came. */
  readonly status: number
  /** Of token requests. */
  readonly grantType?: string
  /** When it arrived, in milliseconds since the epoch. */
  readonly at: number
}

export type ServerName = 'idp' | 'api' | 'stock' | 'payments' | 'plain'

export interface RequestLog {
  /** Live, in the order of arrival. */
  readonly requests: readonly RecordedRequest[]
  clear(): void
  record(server: ServerName, request: IncomingMessage, response: ServerResponse): void
  noteGrantType(request: IncomingMessage, grantType: unknown): void
}

/** A provider that runs for days must not fill the memory with its log. */
const maximumEntries = 10_000

export function createRequestLog(): RequestLog {
  const requests: RecordedRequest[] = []
  const entryOf = new WeakMap<IncomingMessage, { grantType?: string }>()

  return {
    requests,
    clear() {
      requests.length = 0
    },
    record(server, request, response) {
      const entry = createEntry(server, request, response)
      entryOf.set(request, entry)
      requests.push(entry)
      if (requests.length > maximumEntries) requests.shift()
    },
    noteGrantType(request, grantType) {
      const entry = entryOf.get(request)
      if (entry && typeof grantType === 'string') entry.grantType = grantType
    },
  }
}

function createEntry(
  server: ServerName,
  request: IncomingMessage,
  response: ServerResponse,
): RecordedRequest & { grantType?: string } {
  let open: ServerResponse | undefined = response
  let finalStatus = 0
  response.once('close', () => {
    finalStatus = statusOf(response)
    open = undefined
  })
  return {
    server,
    method: request.method ?? '',
    path: pathOf(request),
    // Read on demand: whoever holds the answer already must not find the status missing.
    get status() {
      return open ? statusOf(open) : finalStatus
    },
    at: Date.now(),
  }
}

function statusOf(response: ServerResponse): number {
  return response.headersSent ? response.statusCode : 0
}

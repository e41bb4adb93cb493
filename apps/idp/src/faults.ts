import type { IncomingMessage, ServerResponse } from 'node:http'
import { allowAppOrigins } from './cors.ts'
import { readForm } from './form-body.ts'

/**
 * Something that goes wrong on purpose.
 * `status`, `headers` or `body` replace the real answer; `delayMs` alone only makes it late.
 */
export interface Fault {
  /** On any of the servers, such as `/token`, `/.well-known/openid-configuration` or `/orders`. */
  readonly path: string
  /** Default: 200. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly delayMs?: number
  /** The request is taken and never answered. */
  readonly hang?: boolean
  /** How many requests it hits. Default: every one until it is removed. */
  readonly times?: number
}

export interface Faults {
  /** Gives the function that removes it again. */
  add(fault: Fault): () => void
  /** The oldest fault of that path that is not used up; using it counts. */
  take(path: string): Fault | undefined
}

export function createFaults(): Faults {
  const active = new Map<symbol, { readonly fault: Fault; left: number }>()

  return {
    add(fault) {
      const key = Symbol(fault.path)
      const times = fault.times ?? Number.POSITIVE_INFINITY
      if (times > 0) active.set(key, { fault, left: times })
      return () => {
        active.delete(key)
      }
    },
    take(path) {
      for (const [key, entry] of active) {
        if (entry.fault.path !== path) continue
        entry.left -= 1
        if (entry.left === 0) active.delete(key)
        return entry.fault
      }
      return undefined
    },
  }
}

/** The surroundings of one request that meets a fault. */
export interface FaultyExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly appOrigins: readonly string[]
  /** Gives the real answer. */
  readonly proceed: () => void
  readonly noteGrantType: (grantType: string | null) => void
}

export async function applyFault(fault: Fault, exchange: FaultyExchange): Promise<void> {
  const { request, response } = exchange
  if (replacesAnswer(fault)) {
    // Nobody else will read the body of this request.
    exchange.noteGrantType((await readForm(request)).get('grant_type'))
  }
  if (fault.hang) return
  if (fault.delayMs !== undefined && !(await stillOpenAfter(fault.delayMs, response))) return
  if (!replacesAnswer(fault)) {
    exchange.proceed()
    return
  }
  const headers = fault.headers ?? {}
  allowAppOrigins(request, response, {
    appOrigins: exchange.appOrigins,
    exposedHeaders: Object.keys(headers),
  })
  response.writeHead(fault.status ?? 200, headers).end(fault.body)
}

function replacesAnswer({ hang, status, headers, body }: Fault): boolean {
  return hang === true || status !== undefined || headers !== undefined || body !== undefined
}

/** False when the client hung up, or the server went down, in the meantime. */
function stillOpenAfter(delayMs: number, response: ServerResponse): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      response.off('close', giveUp)
      resolve(true)
    }, delayMs)
    const giveUp = (): void => {
      clearTimeout(timer)
      resolve(false)
    }
    response.once('close', giveUp)
  })
}

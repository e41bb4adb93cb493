import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { User } from '../people-and-clients.ts'

/** Somebody who is signed in at the plain server in this browser. */
export interface PlainSession {
  readonly user: User
  /** What was allowed before is not asked again. */
  readonly allowed: Set<string>
}

export interface PlainSessions {
  of(request: IncomingMessage): PlainSession | undefined
  begin(response: ServerResponse, user: User): void
}

/** @param port cookies know no ports, so it is part of the name */
export function createPlainSessions(port: number): PlainSessions {
  const sessions = new Map<string, PlainSession>()
  const cookie = `plain_session_${port}`

  return {
    of(request) {
      const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
      const [, id = ''] = pairs.find(([name]) => name === cookie) ?? []
      return sessions.get(id)
    },
    begin(response, user) {
      const id = randomUUID()
      sessions.set(id, { user, allowed: new Set() })
      response.setHeader('set-cookie', `${cookie}=${id}; path=/; HttpOnly; SameSite=Lax`)
    },
  }
}

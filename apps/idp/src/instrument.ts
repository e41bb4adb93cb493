import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Faults } from './faults.ts'
import { applyFault } from './faults.ts'
import type { Handler } from './handler.ts'
import { sendJson } from './json-answer.ts'
import type { RequestLog, ServerName } from './request-log.ts'
import { pathOf } from './request-path.ts'

/** Puts the request log and the faults in front of a server. */
export function instrument(
  handler: Handler,
  {
    server,
    log,
    faults,
    appOrigins,
  }: { server: ServerName; log: RequestLog; faults: Faults; appOrigins: readonly string[] },
): RequestListener {
  return (request, response) => {
    log.record(server, request, response)
    const proceed = (): Promise<void> => answer(handler, request, response)
    // A preflight that failed would hide from the app the very answer that the fault is about.
    const fault = request.method === 'OPTIONS' ? undefined : faults.take(pathOf(request))
    if (!fault) {
      void proceed()
      return
    }
    const noteGrantType = (grantType: string | null): void => log.noteGrantType(request, grantType)
    // It rejects when the client hangs up while its body is read: nobody is left to answer.
    applyFault(fault, { request, response, appOrigins, proceed, noteGrantType }).catch(() =>
      response.destroy(),
    )
  }
}

async function answer(handler: Handler, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await handler(request, response)
  } catch (error) {
    console.error(`${request.method} ${pathOf(request)} failed:`, error)
    if (response.headersSent) response.destroy()
    else sendJson(response, 500, { error: 'server_error' })
  }
}

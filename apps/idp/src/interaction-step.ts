import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { Interaction, InteractionResults } from 'oidc-provider'
import type { Api } from './apis/resource-server.ts'
import type { People } from './people.ts'

/** One visit of a person to a page that stands between an authorization request and its answer. */
export interface Visit {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly provider: Provider
  readonly interaction: Interaction
  readonly people: People
  /** What may be asked for, by the identifier of the resource server. */
  readonly apis: ReadonlyMap<string, Api>
  readonly appOrigins: readonly string[]
}

/** Shows the page of a step, or takes the form that it sent. */
export type InteractionStep = (visit: Visit) => Promise<void>

/** Goes on with the authorization request. */
export async function finish(
  { provider, request, response }: Visit,
  result: InteractionResults,
): Promise<void> {
  await provider.interactionFinished(request, response, result)
}

/** The person said no; the app hears `access_denied` (RFC 6749 section 4.1.2.1). */
export async function refuse(visit: Visit, description: string): Promise<void> {
  await finish(visit, { error: 'access_denied', error_description: description })
}

import { type AnyAuthError, ConfigurationError } from '../errors.ts'
import type { Keeper } from '../keeper/keeper.ts'
import type { Api } from '../options/api-options.ts'
import { joinScopes, type TokenTarget } from '../protocol/token-target.ts'
import type { ApiRequest } from './api-request.ts'
import { findApi } from './find-api.ts'
import { metadataOf, type RefusalContext, refusalOf, wantsSomebody } from './refusal.ts'
import type { otherAuthorizationServer, ResourceMetadataContext } from './resource-metadata.ts'
import { sendWithToken } from './send-with-token.ts'
import { toSendable } from './sendable.ts'

/** What calling APIs works with. */
export interface ApiFetchContext extends Pick<RefusalContext, 'satisfies'>, ResourceMetadataContext {
  readonly apis: readonly Api[]
  /** What a sign-in asks for. */
  readonly scope: string
  readonly keeper: Pick<Keeper, 'getAccessToken' | 'send'>
  session(): ReturnType<Keeper['current']>
  /** Whether it is known that nobody is signed in. */
  isAnonymous(): boolean
}

/** The code that looks whether an API takes the tokens of somebody else. */
interface ResourceMetadata {
  readonly otherAuthorizationServer: typeof otherAuthorizationServer
}

/**
 * `fetch` with the access token, to the listed APIs and to no other address. Where the vault is sealed the request is
 * sent from there, so that the page never has the token. `loadMetadata` loads what few APIs make necessary.
 */
export function createApiFetch(
  context: ApiFetchContext,
  loadMetadata: () => Promise<ResourceMetadata> = () => import('./resource-metadata.ts'),
): (sent: ApiRequest) => Promise<Response> {
  const { apis, scope, keeper, platform, session, isAnonymous, satisfies } = context

  async function send(sent: ApiRequest, target: TokenTarget | undefined): Promise<Response> {
    const answer = await keeper.send?.(sent)
    if (answer) return answer
    return sendWithToken(toSendable(sent), {
      getToken: async (asked) => ({ accessToken: await keeper.getAccessToken({ ...asked, ...target }) }),
      canRenew: () => session()?.hasRefreshToken ?? false,
      owner: session,
      send: platform.send,
    })
  }

  function grantedFor(target: TokenTarget = {}): RefusalContext['granted'] {
    return { ...target, scope: joinScopes(scope, session()?.scope, target.scope) }
  }

  /** To sign in at this client's provider would not help. Few APIs say so: what reads it is loaded for them. */
  async function otherServer(url: string, response: Response): Promise<AnyAuthError | undefined> {
    const metadataUrl = metadataOf(response)
    if (metadataUrl === undefined) return undefined
    // A page of an older release may not have it any more: then what the API has said is all that is known.
    const loaded = await loadMetadata().catch(() => undefined)
    return loaded?.otherAuthorizationServer(url, metadataUrl, context)
  }

  return async (sent) => {
    const { request } = sent
    const api = findApi(request.url, apis)
    if (!api) throw notListed(request.url)
    if (request.headers.has('authorization')) throw alreadyAuthorized()
    const anonymous = isAnonymous()
    const response = await (anonymous ? platform.send(request) : send(sent, api.target))
    const refusal = anonymous
      ? wantsSomebody(response)
      : refusalOf(response, { granted: grantedFor(api.target), satisfies })
    const elsewhere = await otherServer(request.url, response)
    if (!refusal && !elsewhere) return response
    await response.body?.cancel()
    throw elsewhere ?? refusal
  }
}

function notListed(url: string): ConfigurationError {
  return new ConfigurationError(
    'url_not_allowed',
    `${new URL(url).origin} is not one of the APIs that get the access token, so the request was not sent. ` +
      'Add its origin or a URL prefix to option "apis", or call it with plain fetch().',
  )
}

/** RFC 6750 §2: a token is sent in one way. */
function alreadyAuthorized(): ConfigurationError {
  return new ConfigurationError(
    'authorization_given',
    'The request has an "Authorization" header already, so it was not sent. Leave the header to auth.fetch(), or call plain fetch().',
  )
}

import { randomBytes } from 'node:crypto'
import type { JWK } from 'jose'
import type { AdapterFactory, ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { errors } from 'oidc-provider'
import type { Api } from './apis/resource-server.ts'
import { acrValues } from './authentication-context.ts'
import { loadGrant } from './first-party-grant.ts'
import { frontChannelMetadata } from './front-channel-logout.ts'
import { createInteractionPolicy } from './interaction-policy.ts'
import type { Lifetimes } from './lifetimes.ts'
import { createOrganizations } from './organizations.ts'
import { paymentRequests, paymentType } from './payment-details.ts'
import type { People } from './people.ts'
import type { ClientEntry } from './people-and-clients.ts'
import { clients } from './people-and-clients.ts'
import { createProviderPages } from './provider-pages.ts'
import { scopeNames, scopes } from './scopes.ts'
import { checkSessionPath } from './session-management.ts'
import { accessTokenAlgorithm, idTokenAlgorithm } from './signing-keys.ts'

export interface ProviderSettings {
  readonly issuer: string
  readonly port: number
  /** The resource server of a request that names none (RFC 8707 section 2). */
  readonly apiUrl: string
  /** Every resource server, by its identifier. */
  readonly apis: ReadonlyMap<string, Api>
  readonly people: People
  readonly appOrigins: readonly string[]
  /** Besides those that every app has. */
  readonly redirectPaths: readonly string[]
  readonly dialect: 'auth0' | undefined
  readonly lifetimes: Lifetimes
  readonly adapter: AdapterFactory
  readonly signingKeys: readonly JWK[]
}

export const interactionPath = '/interaction/'
export const userInfoPath = '/userinfo'

const auth0Routes = { authorization: '/authorize', token: '/oauth/token' }

/** Everything that oidc-provider is told, and nothing that it would decide the same way by itself. */
export function buildProviderConfiguration(settings: ProviderSettings): Configuration {
  const { issuer, port, apiUrl, apis, people, appOrigins, dialect, lifetimes, adapter, signingKeys } =
    settings
  const pages = createProviderPages(appOrigins)
  const organizations = createOrganizations()

  return {
    adapter,
    jwks: { keys: signingKeys },
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      // Cookies know no ports: two providers on localhost would overwrite each other's.
      names: {
        session: `_session_${port}`,
        interaction: `_interaction_${port}`,
        resume: `_interaction_resume_${port}`,
      },
    },

    clients: clients.map((client) => describeClient(client, settings)),
    extraClientMetadata: { properties: frontChannelMetadata },
    clientAuthMethods: ['none'],
    clientBasedCORS: (_ctx, origin) => appOrigins.includes(origin),
    responseTypes: ['code'],
    acrValues: [...acrValues],
    pkce: { required: () => true },

    scopes: scopeNames,
    claims: Object.fromEntries(Object.entries(scopes).map(([name, scope]) => [name, [...scope.claims]])),
    // An app that asks for `profile` finds it in the ID token and needs no second request. With an audience
    // on every access token, as here, oidc-provider does so anyway; this says that it is meant.
    conformIdTokenClaims: false,
    findAccount(_ctx, subject, token) {
      const user = people.findBySubject(subject)
      const ofGrant = organizations.claimOf(token?.grantId)
      return user && { accountId: subject, claims: () => ({ sub: subject, ...user.claims, ...ofGrant }) }
    },
    extraParams: { organization: (_ctx, name) => organizations.check(name) },
    async loadExistingGrant(ctx) {
      const grant = await loadGrant(ctx, { apis })
      organizations.note(ctx, grant?.jti)
      return grant
    },

    // RFC 9470 section 6.1: what an API needs to know before it asks for a step-up.
    extraTokenClaims({ oidc }) {
      const source = oidc.entities.AuthorizationCode ?? oidc.entities.RefreshToken
      return source && { acr: source.acr, auth_time: source.authTime }
    },

    issueRefreshToken: (_ctx, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: lifetimes.accessTokenSeconds,
      IdToken: lifetimes.idTokenSeconds,
      RefreshToken: (ctx) => remainingLifetimeOfRotated(ctx) ?? lifetimes.refreshTokenSeconds,
      Session: lifetimes.sessionSeconds,
      // A token dies with its grant, and the last one of a session is as old as the session.
      Grant: lifetimes.sessionSeconds + lifetimes.refreshTokenSeconds,
      Interaction: 60 * 60,
    },

    routes: { userinfo: userInfoPath, ...(dialect === 'auth0' && auth0Routes) },
    interactions: {
      policy: createInteractionPolicy(),
      url: (_ctx, interaction) => `${interactionPath}${interaction.uid}`,
    },
    discovery: {
      prompt_values_supported: ['none', 'login', 'consent', 'create'],
      check_session_iframe: new URL(checkSessionPath, issuer).href,
      frontchannel_logout_supported: true,
      frontchannel_logout_session_supported: true,
    },
    renderError: pages.renderError,
    features: {
      devInteractions: { enabled: false },
      ...(dialect === 'auth0' && { webMessageResponseMode: { enabled: true, ack: 'individual-draft-01' } }),
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: pages.renderLogout,
        postLogoutSuccessSource: pages.renderSignedOut,
      },
      claimsParameter: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      richAuthorizationRequests: paymentRequests,
      resourceIndicators: {
        enabled: true,
        // Of several that a sign-in named, a token request that names none gets the first, or the usual one.
        defaultResource: (_ctx, _client, oneOf) =>
          oneOf === undefined || oneOf.includes(apiUrl) ? apiUrl : (oneOf[0] ?? apiUrl),
        useGrantedResource: () => true,
        getResourceServerInfo(_ctx, resource) {
          const api = apis.get(resource)
          if (!api) {
            // A description goes to the app in a redirect, so it repeats nothing that the request said.
            throw new errors.InvalidTarget(
              `unknown resource; this provider knows ${[...apis.keys()].join(', ')}`,
            )
          }
          return {
            audience: resource,
            scope: Object.keys(api.scopes).join(' '),
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: accessTokenAlgorithm } },
          }
        },
      },
    },
  }
}

/** The page that a sign-in comes back to, and the one that a hidden frame does, which loads no app. */
const usualRedirectPaths = ['/callback', '/silent-callback.html']

function describeClient(
  { clientId, name, mustPush, frontChannelLogout }: ClientEntry,
  { appOrigins, redirectPaths }: ProviderSettings,
): ClientMetadata {
  return {
    client_id: clientId,
    client_name: name,
    token_endpoint_auth_method: 'none',
    require_pushed_authorization_requests: mustPush ?? false,
    id_token_signed_response_alg: idTokenAlgorithm,
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    authorization_details_types: [paymentType],
    redirect_uris: appOrigins.flatMap((origin) =>
      [...usualRedirectPaths, ...redirectPaths].map((path) => origin + path),
    ),
    post_logout_redirect_uris: appOrigins.map((origin) => `${origin}/`),
    ...(frontChannelLogout && {
      frontchannel_logout_uri: `${appOrigins[0]}/front-channel-logout.html`,
      frontchannel_logout_session_required: true,
    }),
  }
}

/** Rotation replaces the token but not its end: otherwise a stolen one could be kept alive for ever. */
function remainingLifetimeOfRotated({ oidc }: KoaContextWithOIDC): number | undefined {
  const rotated = oidc.entities.RotatedRefreshToken
  return rotated && Math.max(1, rotated.remainingTTL)
}

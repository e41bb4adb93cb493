import { errors } from 'oidc-provider'
import { readForm } from './form-body.ts'
import type { InteractionStep, Visit } from './interaction-step.ts'
import { finish, refuse } from './interaction-step.ts'
import { buildConsentPage } from './pages/consent-page.ts'
import type { Page } from './pages/page.ts'
import { sendPage } from './pages/page.ts'
import { paymentsIn } from './payment-details.ts'
import { findClient } from './people-and-clients.ts'
import { scopes, scopesThatOpen } from './scopes.ts'

/** Asks whether an app may have what it asks for: all of it or nothing. */
export const consentStep: InteractionStep = async (visit) => {
  const { request, response } = visit
  if (request.method !== 'POST') return sendPage(response, 200, consentPage(visit))

  const form = await readForm(request)
  if (form.get('action') !== 'allow') return refuse(visit, 'the user denied the request')
  await finish(visit, { consent: { grantId: await saveGrant(visit) } })
}

function consentPage({ interaction, people, apis, appOrigins }: Visit): Page {
  const { client_id: clientId, scope, redirect_uri: redirectUri } = interaction.params
  const user = people.findBySubject(interaction.session?.accountId ?? '')
  const client = findClient(String(clientId))
  if (!user || !client) throw new errors.SessionNotFound('account or client is gone')

  const { missingOIDCClaims: claims = [] } = interaction.prompt.details as MissingPermissions
  const asked = [...String(scope ?? '').split(' '), ...claims.flatMap(scopesThatOpen)]
  const meanings = new Map([
    ...Object.entries(scopes).map(([name, { inPlainWords }]) => [name, inPlainWords] as const),
    ...[...apis.values()].flatMap((api) => Object.entries(api.scopes)),
  ])
  const permissions = [...meanings].filter(([name]) => asked.includes(name)).map(([, meaning]) => meaning)
  const payments = paymentsIn(interaction.params.authorization_details)
  return buildConsentPage({
    clientName: client.name,
    user,
    // Every access token opens the API, whatever its scopes: the page must not hide that.
    permissions: [
      ...permissions,
      'See your orders',
      ...payments.map(({ amount, payee }) => `Pay ${amount} to ${payee}`),
    ],
    returnsTo: new URL(String(redirectUri)).host,
    appOrigins,
  })
}

/** Adds what oidc-provider found missing to the grant of this person and client. */
async function saveGrant({ provider, interaction }: Visit): Promise<string> {
  const { grantId, session, params, prompt } = interaction
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant =
    existing ??
    new provider.Grant({ clientId: String(params.client_id), accountId: session?.accountId ?? '' })

  const { missingOIDCScope, missingOIDCClaims, missingResourceScopes } = prompt.details as MissingPermissions
  if (missingOIDCScope) grant.addOIDCScope(missingOIDCScope.join(' '))
  if (missingOIDCClaims) grant.addOIDCClaims([...missingOIDCClaims])
  for (const [resource, names] of Object.entries(missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, names.join(' '))
  }
  for (const payment of paymentsIn(params.authorization_details)) grant.addRar({ ...payment })
  return grant.save()
}

interface MissingPermissions {
  readonly missingOIDCScope?: readonly string[]
  /** By the `claims` parameter (OpenID Connect Core section 5.5). */
  readonly missingOIDCClaims?: readonly string[]
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
}

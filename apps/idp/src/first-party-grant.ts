import type { Grant, KoaContextWithOIDC } from 'oidc-provider'
import type { Api } from './apis/resource-server.ts'
import { findClient } from './people-and-clients.ts'
import { claimNames, scopeNames } from './scopes.ts'

/**
 * The grant for an authorization request: the one this session has already, or, for our own apps,
 * a new one for everything. Without a grant oidc-provider asks for consent.
 */
export async function loadGrant(
  { oidc }: KoaContextWithOIDC,
  { apis }: { apis: ReadonlyMap<string, Api> },
): Promise<Grant | undefined> {
  const { client, account, session, result, provider } = oidc
  if (!client || !account) return undefined

  const grantId = result?.consent?.grantId ?? session?.grantIdFor(client.clientId)
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  if (existing || findClient(client.clientId)?.party !== 'first') return existing

  const grant = new provider.Grant({ clientId: client.clientId, accountId: account.accountId })
  grant.addOIDCScope(scopeNames.join(' '))
  grant.addOIDCClaims([...claimNames])
  for (const [url, { scopes }] of apis) grant.addResourceScope(url, Object.keys(scopes).join(' '))
  await grant.save()
  return grant
}

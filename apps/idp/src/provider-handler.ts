import type Provider from 'oidc-provider'
import type { Authenticate } from './access-token.ts'
import type { Handler } from './handler.ts'
import { createInteractions } from './interactions.ts'
import { buildHomePage } from './pages/home-page.ts'
import { sendPage } from './pages/page.ts'
import { interactionPath, userInfoPath } from './provider-configuration.ts'
import { pathOf } from './request-path.ts'
import { createUserInfo } from './user-info.ts'

/** Everything under the issuer: our own pages and UserInfo, and oidc-provider for the rest. */
export function createProviderHandler({
  provider,
  authenticate,
  appOrigins,
}: {
  provider: Provider
  authenticate: Authenticate
  appOrigins: readonly string[]
}): Handler {
  const interactions = createInteractions({ provider, appOrigins })
  const userInfo = createUserInfo({ authenticate, appOrigins })
  const answerByProtocol = provider.callback()

  return (request, response) => {
    const path = pathOf(request)
    if (path === '/') return sendPage(response, 200, buildHomePage({ appOrigins }))
    if (path === userInfoPath) return userInfo(request, response)
    if (path.startsWith(interactionPath)) return interactions(request, response)
    // oidc-provider has pages of its own that submit themselves; it adds their script's hash to this policy.
    response.setHeader('content-security-policy', `default-src 'none'; script-src 'self'; base-uri 'none'`)
    return answerByProtocol(request, response)
  }
}

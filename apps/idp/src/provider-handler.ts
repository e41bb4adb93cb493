import type Provider from 'oidc-provider'
import type { Authenticate } from './access-token.ts'
import type { Api } from './apis/resource-server.ts'
import { browserStateCookie } from './browser-state.ts'
import type { Handler } from './handler.ts'
import { createInteractions } from './interactions.ts'
import { buildCheckSessionPage } from './pages/check-session-page.ts'
import { buildHomePage } from './pages/home-page.ts'
import { sendPage } from './pages/page.ts'
import type { People } from './people.ts'
import { interactionPath, userInfoPath } from './provider-configuration.ts'
import { pathOf } from './request-path.ts'
import { checkSessionPath } from './session-management.ts'
import { createUserInfo } from './user-info.ts'

/** Everything under the issuer: our own pages and UserInfo, and oidc-provider for the rest. */
export function createProviderHandler({
  provider,
  port,
  authenticate,
  people,
  apis,
  appOrigins,
}: {
  provider: Provider
  port: number
  authenticate: Authenticate
  people: People
  apis: ReadonlyMap<string, Api>
  appOrigins: readonly string[]
}): Handler {
  const interactions = createInteractions({ provider, people, apis, appOrigins })
  const userInfo = createUserInfo({ authenticate, people, appOrigins })
  const checkSessionPage = buildCheckSessionPage({ cookie: browserStateCookie(port), appOrigins })
  const answerByProtocol = provider.callback()

  return (request, response) => {
    const path = pathOf(request)
    if (path === '/') return sendPage(response, 200, buildHomePage({ appOrigins }))
    if (path === checkSessionPath) return sendPage(response, 200, checkSessionPage)
    if (path === userInfoPath) return userInfo(request, response)
    if (path.startsWith(interactionPath)) return interactions(request, response)
    // oidc-provider has pages of its own that submit themselves; it adds their script's hash to this policy.
    response.setHeader('content-security-policy', `default-src 'none'; script-src 'self'; base-uri 'none'`)
    return answerByProtocol(request, response)
  }
}

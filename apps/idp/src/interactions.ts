import type Provider from 'oidc-provider'
import { errors } from 'oidc-provider'
import type { Api } from './apis/resource-server.ts'
import { consentStep } from './consent-step.ts'
import { createAccountStep } from './create-account-step.ts'
import { explainOwnError } from './error-explanation.ts'
import type { Handler } from './handler.ts'
import type { InteractionStep } from './interaction-step.ts'
import { loginStep } from './login-step.ts'
import { buildErrorPage } from './pages/error-page.ts'
import { sendPage } from './pages/page.ts'
import type { People } from './people.ts'
import { secondStep } from './second-step.ts'

/** Where oidc-provider stops and somebody has to decide. One URL shows the form and takes it. */
export function createInteractions({
  provider,
  people,
  apis,
  appOrigins,
}: {
  provider: Provider
  people: People
  apis: ReadonlyMap<string, Api>
  appOrigins: readonly string[]
}): Handler {
  return async (request, response) => {
    try {
      const interaction = await provider.interactionDetails(request, response)
      const step = steps[interaction.prompt.name]
      if (!step) throw new errors.InvalidRequest(`there is no page for "${interaction.prompt.name}"`)
      await step({ request, response, provider, interaction, people, apis, appOrigins })
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error
      sendPage(response, error.statusCode, buildErrorPage({ ...explainOwnError(error), appOrigins }))
    }
  }
}

const steps: Readonly<Record<string, InteractionStep>> = {
  create: createAccountStep,
  login: loginStep,
  second_step: secondStep,
  consent: consentStep,
}

import { acrOfTwoSteps } from './authentication-context.ts'
import { readForm } from './form-body.ts'
import type { InteractionStep, Visit } from './interaction-step.ts'
import { finish, refuse } from './interaction-step.ts'
import type { Page } from './pages/page.ts'
import { sendPage } from './pages/page.ts'
import { buildSecondStepPage } from './pages/second-step-page.ts'
import { findClient, secondStepCode } from './people-and-clients.ts'

/** Asks whoever has given their password for the code on their phone. That moment is the new `auth_time`. */
export const secondStep: InteractionStep = async (visit) => {
  const { request, response, interaction } = visit
  if (request.method !== 'POST') return sendPage(response, 200, secondStepPage(visit))

  const form = await readForm(request)
  if (form.get('action') === 'cancel') return refuse(visit, 'the user canceled the second step')
  if ((form.get('code') ?? '').replaceAll(/\s/g, '') !== secondStepCode) {
    return sendPage(
      response,
      200,
      secondStepPage(visit, 'That is not the code. Look again and try once more.'),
    )
  }
  const accountId = interaction.session?.accountId ?? ''
  await finish(visit, { login: { accountId, acr: acrOfTwoSteps, amr: ['pwd', 'otp'] } })
}

function secondStepPage({ interaction, people, appOrigins }: Visit, error?: string): Page {
  const clientName = findClient(String(interaction.params.client_id))?.name ?? 'an app'
  const user = people.findBySubject(interaction.session?.accountId ?? '')
  return buildSecondStepPage({
    clientName,
    username: user?.username ?? '',
    code: secondStepCode,
    error,
    appOrigins,
  })
}

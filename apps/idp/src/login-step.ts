import { acrOfPassword } from './authentication-context.ts'
import { readForm } from './form-body.ts'
import type { InteractionStep, Visit } from './interaction-step.ts'
import { finish, refuse } from './interaction-step.ts'
import { buildLoginPage } from './pages/login-page.ts'
import type { Page } from './pages/page.ts'
import { sendPage } from './pages/page.ts'
import { findClient, users } from './people-and-clients.ts'

/** Asks for username and password until they match, or the person gives up. */
export const loginStep: InteractionStep = async (visit) => {
  const { request, response, interaction } = visit
  if (request.method !== 'POST') {
    const { login_hint: loginHint } = interaction.params
    const username = typeof loginHint === 'string' ? loginHint : ''
    return sendPage(response, 200, loginPage(visit, { username }))
  }

  const form = await readForm(request)
  if (form.get('action') === 'cancel') return refuse(visit, 'the user canceled the sign-in')

  const username = (form.get('username') ?? '').trim()
  const user = visit.people.findByName(username)
  if (!user || user.password !== form.get('password')) {
    const error = 'That username and password do not match. Check both and try again.'
    return sendPage(response, 200, loginPage(visit, { username, error }))
  }
  await finish(visit, { login: { accountId: user.subject, acr: acrOfPassword, amr: ['pwd'] } })
}

function loginPage(
  { interaction, appOrigins }: Visit,
  entered: { readonly username: string; readonly error?: string },
): Page {
  const clientName = findClient(String(interaction.params.client_id))?.name ?? 'an app'
  return buildLoginPage({ clientName, testUsers: users, appOrigins, ...entered })
}

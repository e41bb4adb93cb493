import { acrOfPassword } from './authentication-context.ts'
import { readForm } from './form-body.ts'
import type { InteractionStep, Visit } from './interaction-step.ts'
import { finish, refuse } from './interaction-step.ts'
import { buildCreateAccountPage } from './pages/create-account-page.ts'
import type { Page } from './pages/page.ts'
import { sendPage } from './pages/page.ts'
import { findClient } from './people-and-clients.ts'

/** Makes an account for somebody new, who is then signed in with it (`prompt=create`). */
export const createAccountStep: InteractionStep = async (visit) => {
  const { request, response, people } = visit
  if (request.method !== 'POST')
    return sendPage(response, 200, createAccountPage(visit, { name: '', username: '' }))

  const form = await readForm(request)
  if (form.get('action') === 'cancel') return refuse(visit, 'the user canceled the registration')

  const [name = '', username = ''] = ['name', 'username'].map((field) => (form.get(field) ?? '').trim())
  const password = form.get('password') ?? ''
  const error = whatIsWrong({ name, username, password }, people.findByName(username) !== undefined)
  if (error !== undefined) {
    return sendPage(response, 200, createAccountPage(visit, { name, username, error }))
  }
  const { subject } = people.register({ name, username, password })
  await finish(visit, { create: {}, login: { accountId: subject, acr: acrOfPassword, amr: ['pwd'] } })
}

function whatIsWrong(
  { name, username, password }: { name: string; username: string; password: string },
  isTaken: boolean,
): string | undefined {
  if (name === '' || username === '' || password === '') return 'Fill in all three fields.'
  return isTaken ? `The username ${username} is taken. Choose another.` : undefined
}

function createAccountPage(
  { interaction, appOrigins }: Visit,
  entered: { readonly name: string; readonly username: string; readonly error?: string },
): Page {
  const clientName = findClient(String(interaction.params.client_id))?.name ?? 'an app'
  return buildCreateAccountPage({ clientName, appOrigins, ...entered })
}

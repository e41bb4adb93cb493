import { describe, expect, it } from 'vitest'
import { createDpopProvider } from '../../test/dpop-provider.ts'
import { createFakeApp, type FakeApp, type Tab } from '../../test/fake-app.ts'
import { rejectionOf } from '../../test/pages.ts'
import { until } from '../../test/until.ts'
import { signInToVault } from '../../test/vault-app.ts'
import { dpop } from '../dpop/dpop.ts'

interface Called {
  readonly app: FakeApp
  readonly answered: Promise<Response>
  readonly sent: string[]
  refuse(): void
}

/** Alice has sent an order, which the API is about to refuse the token of; `sub` signs in in another tab meanwhile. */
async function ordered(sub: string, binding: object): Promise<Called> {
  const provider = await createDpopProvider()
  const app = await createFakeApp({ provider, options: { apis: ['https://api.example'], ...binding } })
  const sent: string[] = []
  let answer: ((response: Response) => void) | undefined
  const send = (request: Request): Promise<Response> => {
    sent.push(request.headers.get('authorization') ?? '')
    if (sent.length > 1) return Promise.resolve(new Response('[]'))
    return new Promise((resolve) => {
      answer = resolve
    })
  }
  const tab: Tab = await app.signIn({ send })
  const answered = tab.auth.fetch('https://api.example/orders', { method: 'POST', body: '{}' })
  await until(() => answer !== undefined)
  provider.claims = { sub, name: 'Somebody' }
  await app.signIn()
  await until(() => tab.auth.getState().user?.name === 'Somebody')
  return { app, answered, sent, refuse: () => answer?.(new Response('', { status: 401 })) }
}

describe.each([
  ['not bound', {}],
  ['bound to a key', { binding: dpop() }],
] as const)('a request whose token is refused, with tokens that are %s', (_, binding) => {
  it('is not sent once more with the token of somebody else who has signed in since', async () => {
    const { answered, sent, refuse } = await ordered('bob', binding)
    refuse()
    expect(await rejectionOf(answered)).toMatchObject({ code: 'subject_changed' })
    expect(sent).toHaveLength(1)
  })

  it('is sent once more where the same person has', async () => {
    const { answered, sent, refuse } = await ordered('alice', binding)
    refuse()
    expect((await answered).status).toBe(200)
    expect(new Set(sent).size).toBe(2)
  })
})

/** Somebody has sent an order at a server that says of nobody who they are, and the API is about to refuse the token. */
async function orderedUnnamed(keeper: 'memory' | 'vault' | 'sealed vault') {
  const plain = { protocol: 'oauth2', apis: ['https://api.example'] } as object
  const app = await createFakeApp({ options: plain })
  const sent: string[] = []
  let answer: ((response: Response) => void) | undefined
  const send = (request: Request): Promise<Response> => {
    sent.push(request.headers.get('authorization') ?? '')
    if (sent.length > 1) return Promise.resolve(new Response('[]'))
    return new Promise((resolve) => {
      answer = resolve
    })
  }
  const sealed = keeper === 'sealed vault'
  const vaulted = keeper === 'memory' ? undefined : await signInToVault(app, {}, { send, sealed })
  const tab = vaulted?.tab ?? (await app.signIn({ send }))
  const other = app.load({ ...(vaulted && { options: vaulted.options }) })
  await until(() => other.auth.getState().status === 'authenticated')
  const answered = tab.auth.fetch('https://api.example/orders', { method: 'POST', body: '{}' })
  await until(() => answer !== undefined)
  const refuse = (): void => answer?.(new Response('', { status: 401 }))
  return {
    app,
    tab,
    other,
    answered,
    sent,
    refuse,
    options: vaulted?.options,
    close: () => vaulted?.vault.close(),
  }
}

describe.each(['memory', 'vault', 'sealed vault'] as const)(
  'a request whose token is refused, at a server without OpenID Connect, with the tokens in: %s',
  (keeper) => {
    it('is not sent once more with the token of another sign-in, which may be somebody else’s', async () => {
      const { app, tab, answered, sent, refuse, options, close } = await orderedUnnamed(keeper)
      let isFollowed = false
      tab.auth.on('refreshed', () => {
        isFollowed = true
      })
      await app.signIn({ ...(options && { options }) })
      await until(() => isFollowed)
      refuse()
      expect(await rejectionOf(answered)).toMatchObject({ code: 'subject_changed' })
      expect(sent).toHaveLength(1)
      close()
    })

    it('is sent once more where another tab has only renewed it', async () => {
      const { other, answered, sent, refuse, close } = await orderedUnnamed(keeper)
      if (keeper !== 'sealed vault') await other.auth.getAccessToken({ forceRefresh: true })
      refuse()
      expect((await answered).status).toBe(200)
      expect(new Set(sent).size).toBe(2)
      close()
    })
  },
)

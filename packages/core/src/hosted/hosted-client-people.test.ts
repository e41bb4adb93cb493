import { afterEach, describe, expect, it } from 'vitest'
import { createHostedApp, type HostedApp, type HostedTab } from '../../test/hosted-app.ts'
import { until } from '../../test/until.ts'

let app: HostedApp

afterEach(() => app.close())

const apis = ['https://api.example']

/** Alice's page, whose host has died, and then Bob's sign-in in another tab, at another host. */
async function aliceThenBob(seen: string[] = []): Promise<{ alice: HostedTab; bob: HostedTab }> {
  app = await createHostedApp(async (request) => {
    seen.push(request.headers.get('authorization') ?? '')
    return new Response('done')
  })
  app.provider.claims = { sub: 'alice' }
  const alice = await app.signIn({ apis })
  app.crash()
  app.provider.claims = { sub: 'bob' }
  const bob = await app.signIn({ apis })
  return { alice, bob }
}

describe('a page that shows one person while another has signed in', () => {
  it('sends no request in the name of the first with the token of the second, and gives none', async () => {
    const seen: string[] = []
    const { alice, bob } = await aliceThenBob(seen)
    const { auth } = alice
    expect(auth.getState().user).toMatchObject({ sub: 'alice' })
    const asked = [auth.fetch('https://api.example/orders'), auth.getAccessToken(), auth.refreshUser()]
    for (const each of await app.settled(Promise.allSettled(asked))) {
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'subject_changed' } })
    }
    // Whoever is to ask when the page shows Bob, asks in his name.
    await app.settled(until(() => (auth.getState().user as { sub?: string } | undefined)?.sub === 'bob'))
    expect(seen).toEqual([])
    const token = await app.settled(bob.auth.getAccessToken())
    expect(await app.settled(auth.getAccessToken())).toBe(token)
    await app.settled(auth.fetch('https://api.example/'))
    expect(seen).toEqual([`Bearer ${token}`])
  })
})

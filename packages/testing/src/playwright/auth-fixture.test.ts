import { describe, expect, it } from 'vitest'
import { createAuthFixture } from './auth-fixture.ts'

type Use = (value: unknown) => Promise<void>
type Fixture = (needs: object, use: Use, info: object) => Promise<void>

const fixtures = (options?: Parameters<typeof createAuthFixture>[0]) =>
  createAuthFixture(options) as unknown as {
    signInOnce: [Fixture, object]
    authState: [Fixture, object]
    storageState: Fixture
  }

/** What a fixture gives to whoever uses it. */
async function given(fixture: Fixture, needs: object, use: object = {}): Promise<unknown> {
  let value: unknown
  await fixture(
    needs,
    async (used) => {
      value = used
    },
    { project: { use } },
  )
  return value
}

/** A browser that remembers what was done with it. */
function watchedBrowser() {
  const done: unknown[] = []
  const page = { name: 'the page' }
  const context = {
    newPage: async () => page,
    storageState: async () => ({ cookies: ['of the provider'], origins: [] }),
    close: async () => done.push('closed'),
    setDefaultTimeout: (ms: number) => done.push(['actions', ms]),
    setDefaultNavigationTimeout: (ms: number) => done.push(['navigations', ms]),
  }
  return {
    done,
    browser: {
      async newContext(options: object) {
        done.push(['opened', options])
        return context
      },
    },
    playwright: {
      selectors: { setTestIdAttribute: (name: string) => done.push(['test id', name]) },
    },
    signInOnce: async (used: unknown) => void done.push(['signed in on', used === page]),
  }
}

describe('the sign-in that a worker shares', () => {
  it('is done once per worker, on a page of its own, and leaves what the browser then knows', async () => {
    const { authState } = fixtures()
    expect(authState[1]).toEqual({ scope: 'worker' })
    const { done, ...needs } = watchedBrowser()
    expect(await given(authState[0], needs)).toEqual({ cookies: ['of the provider'], origins: [] })
    expect(done).toEqual([['opened', {}], ['signed in on', true], 'closed'])
  })

  it('happens in a browser as the project describes it', async () => {
    const { done, ...needs } = watchedBrowser()
    const use = {
      baseURL: 'https://localhost:5173',
      ignoreHTTPSErrors: true,
      storageState: 'consent.json',
      actionTimeout: 1000,
      navigationTimeout: 2000,
      testIdAttribute: 'data-qa',
    }
    await given(fixtures().authState[0], needs, use)
    const { baseURL, ignoreHTTPSErrors, storageState } = use
    expect(done.slice(0, 4)).toEqual([
      ['test id', 'data-qa'],
      ['opened', { baseURL, ignoreHTTPSErrors, storageState }],
      ['actions', 1000],
      ['navigations', 2000],
    ])
  })

  it('is the one that was passed', async () => {
    const signIn = async (): Promise<void> => undefined
    const { signInOnce } = fixtures({ signIn })
    expect(signInOnce[1]).toEqual({ scope: 'worker' })
    expect(await given(signInOnce[0], {})).toBe(signIn)
  })

  it('says what is missing where none was', async () => {
    await expect(given(fixtures().signInOnce[0], {})).rejects.toThrow('override the fixture `signInOnce`')
  })

  it('is what every test begins with', async () => {
    const authState = { cookies: [], origins: [] }
    expect(await given(fixtures().storageState, { authState })).toBe(authState)
  })
})

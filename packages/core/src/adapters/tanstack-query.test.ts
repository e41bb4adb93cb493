import { dehydrate, hydrate, keepPreviousData, QueryClient, QueryObserver } from '@tanstack/query-core'
import { afterEach, describe, expect, it } from 'vitest'
import { apiUrl, openApiPage } from '../../test/api-page.ts'
import { createSignedInScene } from '../../test/signed-in.ts'
import { until } from '../../test/until.ts'
import { ConfigurationError, NetworkError, SignInRequiredError } from '../errors.ts'
import type { AuthEventMap } from '../events.ts'
import type { AuthState } from '../state.ts'
import type { User } from '../user.ts'
import { connectQueryClient } from './tanstack-query.ts'

const queryKey = ['orders']
const clients: QueryClient[] = []

afterEach(() => {
  for (const client of clients.splice(0)) client.clear()
})

function createClient(...options: ConstructorParameters<typeof QueryClient>): QueryClient {
  const client = new QueryClient(...options)
  clients.push(client)
  return client
}

/** As much of a client as is connected, where one person takes the place of another at a word. */
function createPeople(sub?: string) {
  const stateOf = (name: string | undefined): AuthState<User> =>
    name === undefined
      ? { status: 'unauthenticated', reason: 'signed_out' }
      : { status: 'authenticated', reason: 'signed_in', user: { sub: name } }
  const listeners = new Set<() => void>()
  let state = stateOf(sub)
  return {
    auth: {
      identifiedBy: [],
      getState: () => state,
      on(_: keyof AuthEventMap<User>, listener: (event: never) => void) {
        const heard = (): void => listener(undefined as never)
        listeners.add(heard)
        return () => void listeners.delete(heard)
      },
    },
    become(next: string | undefined) {
      state = stateOf(next)
      for (const listener of listeners) listener()
    },
  }
}

/** Shows a query until the test is over, and notes all that was shown. */
function show(client: QueryClient, options: Partial<ConstructorParameters<typeof QueryObserver<string>>[1]>) {
  const observer = new QueryObserver<string>(client, { queryKey, ...options })
  const shown: (string | undefined)[] = []
  observer.subscribe(({ data }) => shown.push(data))
  return { observer, shown, now: () => observer.getCurrentResult() }
}

describe('a cache of one’s own', () => {
  it('is dropped when somebody else signs in, before a component hears of it', () => {
    const { auth, become } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(queryKey, 'of Alice')
    client.getMutationCache().build(client, { mutationKey: ['paused'] })
    become('bob')
    expect(client.getQueryData(queryKey)).toBeUndefined()
    expect(client.getQueryCache().getAll()).toEqual([])
    expect(client.getMutationCache().getAll()).toEqual([])
  })

  it('is dropped by a sign-out, by a client that is the real one', async () => {
    const { auth } = await createSignedInScene()
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(queryKey, 'of Alice')
    const seen: unknown[] = []
    auth.subscribe(() => seen.push(client.getQueryData(queryKey)))
    await auth.logout({ local: true })
    expect(seen).toEqual([undefined])
  })

  it('goes on with what is shown, for whoever is there now', async () => {
    const { auth, become } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    const { now, shown } = show(client, { queryFn: async () => `of ${auth.getState().user?.sub}` })
    await until(() => now().data === 'of alice')
    become('bob')
    expect(now()).toMatchObject({ status: 'pending', data: undefined })
    await until(() => now().data === 'of bob')
    expect(shown.indexOf('of alice')).toBeLessThan(shown.lastIndexOf(undefined))
  })

  it('shows nothing of somebody else until the next data is there', () => {
    const { auth, become } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(queryKey, 'of Alice')
    const { now } = show(client, { placeholderData: keepPreviousData, enabled: false })
    expect(now().data).toBe('of Alice')
    become('bob')
    expect(now().data).toBeUndefined()
  })

  it('says that nothing is there or on its way, before it asks in the name of whoever is there now', () => {
    const { auth, become } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(queryKey, 'of Alice')
    const { observer } = show(client, { queryFn: () => new Promise<string>(() => undefined) })
    const said: unknown[] = []
    observer.subscribe(({ data, isPending, fetchStatus }) => said.push([data, isPending, fetchStatus]))
    become('bob')
    expect(said).toEqual([
      [undefined, true, 'idle'],
      [undefined, true, 'fetching'],
    ])
  })

  it('takes in nothing that was asked for in somebody else’s name', async () => {
    const { auth, become } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    const answers: ((data: string) => void)[] = []
    const signals: AbortSignal[] = []
    const { now } = show(client, {
      queryFn: ({ signal }) => {
        signals.push(signal)
        return new Promise<string>((resolve) => answers.push(resolve))
      },
    })
    become('bob')
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
    answers[0]?.('of Alice')
    answers[1]?.('of Bob')
    await until(() => now().data !== undefined)
    expect(now().data).toBe('of Bob')
    expect(
      client
        .getQueryCache()
        .getAll()
        .map(({ state }) => state.data),
    ).toEqual(['of Bob'])
  })

  it('that was stored on the device is nobody else’s either', () => {
    const { auth } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(queryKey, 'of Alice')
    const stored = dehydrate(client)
    const reads = ['alice', 'bob', undefined].map((sub) => {
      const later = createClient()
      connectQueryClient(later, createPeople(sub).auth)
      hydrate(later, stored)
      return later.getQueryData(queryKey)
    })
    expect(reads).toEqual(['of Alice', undefined, undefined])
  })

  it('is of one organisation only, where option `identifiedBy` tells them apart', () => {
    const inOrganization = (organization: string) => ({
      ...createPeople('alice').auth,
      identifiedBy: ['organization'],
      getState: (): AuthState<User> => ({
        status: 'authenticated',
        reason: 'signed_in',
        user: { sub: 'alice', organization },
      }),
    })
    const client = createClient()
    connectQueryClient(client, inOrganization('a'))
    client.setQueryData(queryKey, 'of A')
    const stored = dehydrate(client)
    const reads = ['a', 'b'].map((organization) => {
      const later = createClient()
      connectQueryClient(later, inOrganization(organization))
      hydrate(later, stored)
      return later.getQueryData(queryKey)
    })
    expect(reads).toEqual(['of A', undefined])
  })

  it('finds a key whatever the order of its properties, and by its beginning', () => {
    const { auth } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(['orders', { page: 2, of: 'may' }], 'found')
    expect(client.getQueryData(['orders', { of: 'may', page: 2 }])).toBe('found')
    client.setQueryData(['orders', null, [{ of: null }]], 'nothing')
    expect(client.getQueryData(['orders', null, [{ of: null }]])).toBe('nothing')
    client.removeQueries({ queryKey: ['orders', null] })
    expect(client.getQueriesData({ queryKey })).toEqual([[['orders', { page: 2, of: 'may' }], 'found']])
  })

  it('holds each key by itself, and by the hash that the app made', () => {
    const { auth } = createPeople('alice')
    const client = createClient()
    connectQueryClient(client, auth)
    client.setQueryData(queryKey, 'orders')
    client.setQueryData(['stock', { page: 1 }], 'page 1')
    const reads = [queryKey, ['stock'], ['stock', { page: 1 }], ['stock', { page: 2 }], ['stock', [1]]]
    expect(reads.map((key) => client.getQueryData(key))).toEqual([
      'orders',
      undefined,
      'page 1',
      undefined,
      undefined,
    ])

    const queryKeyHashFn = ([name]: readonly unknown[]): string => String(name).toLowerCase()
    const careless = createClient({ defaultOptions: { queries: { queryKeyHashFn } } })
    connectQueryClient(careless, auth)
    careless.setQueryData(queryKey, 'orders')
    expect(careless.getQueryData(['ORDERS'])).toBe('orders')
    expect(careless.getQueryData(['stock'])).toBeUndefined()
  })

  it.each([[[]], [['organization']]])(
    'tells somebody without a name from nobody (RFC 6749 knows no user), identified by %j',
    (identifiedBy) => {
      const nameless = {
        ...createPeople('x').auth,
        identifiedBy,
        getState: () => ({ status: 'authenticated', reason: 'signed_in' }) as unknown as AuthState<User>,
      }
      const client = createClient()
      connectQueryClient(client, nameless)
      client.setQueryData(queryKey, 'of somebody')
      const stored = dehydrate(client)
      const reads = [nameless, createPeople(undefined).auth].map((auth) => {
        const later = createClient()
        connectQueryClient(later, auth)
        hydrate(later, stored)
        return later.getQueryData(queryKey)
      })
      expect(reads).toEqual(['of somebody', undefined])
    },
  )

  it('stays while the same person is there, and when it is let go of', () => {
    const { auth, become } = createPeople('alice')
    const client = createClient({ defaultOptions: { queries: { staleTime: 7 } } })
    const stop = connectQueryClient(client, auth)
    expect(client.getDefaultOptions().queries?.staleTime).toBe(7)
    stop()
    client.setQueryData(queryKey, 'of Alice')
    become('bob')
    expect(client.getQueryData(queryKey)).toBe('of Alice')
    expect(client.getDefaultOptions()).toEqual({ queries: { staleTime: 7 } })
  })
})

describe('trying again', () => {
  /** How often a query is tried that always fails like this. */
  async function triesOf(error: Error, options: ConstructorParameters<typeof QueryClient>[0] = {}) {
    const queries = { retryDelay: 0, ...options.defaultOptions?.queries }
    const client = createClient({ defaultOptions: { queries } })
    connectQueryClient(client, createPeople('alice').auth)
    let tries = 0
    const queryFn = (): Promise<never> => {
      tries += 1
      return Promise.reject(error)
    }
    await client
      .fetchQuery({ queryKey, queryFn, retry: client.getDefaultOptions().queries?.retry ?? false })
      .catch(() => undefined)
    return tries
  }

  const signInFirst = new SignInRequiredError('not_signed_in', 'Nobody is signed in.')

  it('is for a network that is down', async () => {
    expect(await triesOf(new NetworkError('network_failed', 'Offline.'))).toBe(4)
  })

  it.each([signInFirst, new ConfigurationError('url_not_allowed', 'Not listed.')])(
    'is not for what somebody has to mend: $code',
    async (error) => {
      expect(await triesOf(error)).toBe(1)
      expect(await triesOf(error, { defaultOptions: { queries: { retry: () => true } } })).toBe(1)
    },
  )

  it.each([
    [5, 6],
    [false, 1],
    [(count: number) => count < 2, 3],
    [undefined, 4],
  ])('of everything else is as it was set: %s', async (retry, tries) => {
    expect(
      await triesOf(
        new Error('HTTP 500'),
        retry === undefined ? {} : { defaultOptions: { queries: { retry } } },
      ),
    ).toBe(tries)
  })

  it('goes on until it succeeds, where it was set so', async () => {
    const client = createClient({ defaultOptions: { queries: { retry: true, retryDelay: 0 } } })
    connectQueryClient(client, createPeople('alice').auth)
    let tries = 0
    const { now } = show(client, {
      queryFn: async () => {
        tries += 1
        if (tries < 7) throw new Error('HTTP 500')
        return 'orders'
      },
    })
    await until(() => now().data === 'orders')
    expect(tries).toBe(7)
  })

  it('waits as long as the server asked for, and an hour at most', () => {
    const client = createClient()
    connectQueryClient(client, createPeople('alice').auth)
    const retryDelay = client.getDefaultOptions().queries?.retryDelay as (
      count: number,
      error: Error,
    ) => number
    const busy = { retryAfterSeconds: 90 }
    expect(retryDelay(0, new NetworkError('server_unavailable', 'Busy.', busy))).toBe(90_000)
    expect(retryDelay(0, new NetworkError('network_failed', 'Offline.'))).toBe(1000)
    expect([0, 1, 9].map((count) => retryDelay(count, new Error('HTTP 500')))).toEqual([1000, 2000, 30_000])
    const silenced = { retryAfterSeconds: 86_400 }
    expect(retryDelay(0, new NetworkError('server_unavailable', 'Busy.', silenced))).toBe(3_600_000)
    const others = Object.assign(new Error('HTTP 500'), busy)
    expect(retryDelay(0, others)).toBe(1000)
  })

  it.each([
    ['a function of the app’s', (count: number) => count + 5, 7],
    ['a number of the app’s', 50, 50],
  ])('waits by %s where the server asked for nothing', (_, retryDelay, ms) => {
    const client = createClient({ defaultOptions: { queries: { retryDelay } } })
    connectQueryClient(client, createPeople('alice').auth)
    const delay = client.getDefaultOptions().queries?.retryDelay as (count: number, error: Error) => number
    expect(delay(2, new Error('HTTP 500'))).toBe(ms)
  })

  it('of a request of the real client’s ends with the error that login() answers', async () => {
    const { auth, got } = await openApiPage(() => new Response(null, { status: 401 }))
    const client = createClient()
    connectQueryClient(client, auth)
    await auth.logout({ local: true })
    const { now } = show(client, {
      queryFn: async ({ signal }) => (await auth.fetch(apiUrl, { signal })).text(),
    })
    await until(() => now().status === 'error')
    expect(now().error).toMatchObject({ name: 'SignInRequiredError', code: 'not_signed_in' })
    expect(got).toHaveLength(1)
  })
})

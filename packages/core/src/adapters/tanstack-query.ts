import type { AuthClient } from '../client.ts'
import { longestRetryAfterMs } from '../longest-retry-after.ts'
import { mayPass } from './may-pass.ts'

/** As much of a `QueryClient` of TanStack Query 5 as is needed of one, whatever the framework. */
export interface QueryClientLike {
  getDefaultOptions(): { readonly queries?: object; readonly mutations?: object }
  // biome-ignore lint/suspicious/noExplicitAny: what it takes is the library's to say
  setDefaultOptions(options: any): void
  getQueryCache(): { getAll(): readonly QueryLike[] }
  clear(): void
}

/** As much of a query as is needed of one. */
interface QueryLike {
  readonly state: object
  // biome-ignore lint/suspicious/noExplicitAny: as above
  readonly observers: readonly { readonly options: any; setOptions(options: any): void }[]
  // biome-ignore lint/suspicious/noExplicitAny: as above
  setState(state: any): void
}

/** How the library decides whether to try again. */
type Retry = boolean | number | ((failureCount: number, error: Error) => boolean)

/**
 * Gives everybody a cache of their own. What is cached for one person is never shown to another, nor sent again in
 * their name: keys count per subject (and per claim of option `identifiedBy`), a cache that was stored on the device included, and everything is dropped the
 * moment somebody else signs in, or nobody is signed in any more, before a component hears of it. Queries that are
 * shown go on for whoever is there now.
 *
 * What signing in or the app's code has to mend is not retried; a network that is down is, after as long as the server
 * asked for, and an hour at most. Options that were set before are kept, and a query's own go before these.
 *
 * @returns stops it
 *
 * @example
 * ```ts
 * import { connectQueryClient } from '@latchkey/core/tanstack-query'
 * import { notifyManager, QueryClient } from '@tanstack/react-query'
 *
 * notifyManager.setScheduler(queueMicrotask) // so that components hear of it before the next frame
 *
 * export const queryClient = new QueryClient()
 * connectQueryClient(queryClient, auth)
 * ```
 */
export function connectQueryClient<TUser>(
  queryClient: QueryClientLike,
  auth: Pick<AuthClient<TUser>, 'getState' | 'identifiedBy' | 'on'>,
): () => void {
  const before = queryClient.getDefaultOptions()
  const { retry, retryDelay, queryKeyHashFn } = (before.queries ?? {}) as {
    readonly retry?: Retry
    readonly retryDelay?: number | ((failureCount: number, error: Error) => number)
    readonly queryKeyHashFn?: (key: readonly unknown[]) => string
  }
  let owner = ownerOf(auth)

  queryClient.setDefaultOptions({
    ...before,
    queries: {
      ...before.queries,
      queryKeyHashFn: (key: readonly unknown[]) =>
        JSON.stringify([owner, queryKeyHashFn?.(key) ?? hashKey(key)]),
      retry: (failureCount: number, error: Error) =>
        mayPass(error) !== false && isRetried(retry, failureCount, error),
      retryDelay: (failureCount: number, error: Error) =>
        askedForMs(error) ??
        (typeof retryDelay === 'function' ? retryDelay(failureCount, error) : retryDelay) ??
        Math.min(1000 * 2 ** failureCount, 30_000),
    },
  })

  const stop = auth.on('identity', () => {
    owner = ownerOf(auth)
    const queries = queryClient.getQueryCache().getAll()
    const observers = queries.flatMap((query) => [...query.observers])
    // Nor may it be what is shown until the next person's data is there (`keepPreviousData`).
    for (const query of queries) query.setState({ ...query.state, ...forgotten })
    queryClient.clear()
    for (const observer of observers) {
      const { queryHash: _, _defaulted: __, ...options } = observer.options
      observer.setOptions(options)
    }
  })
  return () => {
    stop()
    queryClient.setDefaultOptions(before)
  }
}

const forgotten = { data: undefined, dataUpdatedAt: 0, error: null, status: 'pending', fetchStatus: 'idle' }

/** Without OpenID Connect nobody has a name: somebody is told from nobody, and that is all. */
function ownerOf({
  getState,
  identifiedBy,
}: Pick<AuthClient<unknown>, 'getState' | 'identifiedBy'>): unknown {
  const { status, user } = getState()
  if (status !== 'authenticated') return null
  const claims = user as Readonly<Record<string, unknown>> | undefined
  return [claims?.sub ?? 'somebody', ...identifiedBy.map((name) => claims?.[name] ?? null)]
}

/** As the library does it by itself: the order of an object's properties says nothing. */
function hashKey(key: readonly unknown[]): string {
  return JSON.stringify(key, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((name) => [name, (value as Readonly<Record<string, unknown>>)[name]]),
        )
      : value,
  )
}

function isRetried(retry: Retry = 3, failureCount: number, error: Error): boolean {
  if (typeof retry === 'function') return retry(failureCount, error)
  return typeof retry === 'number' ? failureCount < retry : retry
}

function askedForMs(error: Error): number | undefined {
  const { retryAfterSeconds } = error as { readonly retryAfterSeconds?: number | undefined }
  return mayPass(error) && retryAfterSeconds !== undefined
    ? Math.min(retryAfterSeconds * 1000, longestRetryAfterMs)
    : undefined
}

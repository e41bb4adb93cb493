import { connectQueryClient } from '@latchkey/core/tanstack-query'
import { notifyManager, QueryClient, QueryClientProvider, useQuery } from '@tanstack/react-query'
import { memo, type ReactNode } from 'react'
import { afterEach, expect, it } from 'vitest'
import { createFakeApp } from '../../core/test/fake-app.ts'
import { until } from '../../core/test/until.ts'
import { renderLive } from '../test/live-root.tsx'
import { AuthProvider, useUser } from './index.ts'

notifyManager.setScheduler(queueMicrotask)

const url = 'https://api.example/rows'
const queryClient = new QueryClient()

afterEach(() => queryClient.clear())

function Name(): ReactNode {
  return <p>{useUser((user) => user.name)}</p>
}

/** Knows nothing of who is signed in, and is not rendered for it. */
const Rows = memo(function Rows({ load }: { load: (signal: AbortSignal) => Promise<string> }): ReactNode {
  const { data } = useQuery({ queryKey: ['rows'], queryFn: ({ signal }) => load(signal) })
  return <p>{data ?? '…'}</p>
})

it('shows no row of one person beside the name of another, not in a single commit', async () => {
  const app = await createFakeApp()
  const options = { apis: [url] }
  app.provider.claims = { sub: 'alice', name: 'Alice' }
  const { auth } = await app.signIn({
    options,
    send: async () => new Response(`rows of ${auth.getState().user?.name}`),
  })
  const stop = connectQueryClient(queryClient, auth)
  const load = async (signal: AbortSignal): Promise<string> => (await auth.fetch(url, { signal })).text()
  const page = renderLive(
    <QueryClientProvider client={queryClient}>
      <AuthProvider client={auth}>
        <Name />
        <Rows load={load} />
      </AuthProvider>
    </QueryClientProvider>,
    ({ textContent }) => textContent,
  )
  await until(() => page.container.textContent === 'Alicerows of Alice')
  app.provider.claims = { sub: 'bob', name: 'Bob' }
  await app.signIn({ options })
  await until(() => page.container.textContent === 'Bobrows of Bob')
  expect(page.commits).toContain('Bob…')
  expect(page.commits.filter((text) => text?.startsWith('Bobrows of Alice'))).toEqual([])
  stop()
})

import type { AuthClient } from '@latchkey/core'
import type { ReactNode } from 'react'
import { AuthProvider, Callback, RequireAuth, useAuth } from '../src/index.ts'

/** A page that a server renders and a browser hydrates. */
export interface ServerPage {
  readonly name: string
  readonly path: string
  readonly content: ReactNode
  /** What the server sends, which knows of nobody: everything is undecided there. */
  readonly markup: string
}

/** The pages, and what a server must make of them to the letter. */
export const serverPages: readonly ServerPage[] = [
  {
    name: 'a page for everybody',
    path: '/',
    content: <Home />,
    markup: '<main><p>loading</p><p>nobody</p></main>',
  },
  {
    name: 'a guarded page',
    path: '/settings?tab=2',
    content: (
      <RequireAuth fallback={<p>One moment…</p>}>
        <Home />
      </RequireAuth>
    ),
    markup: '<main><p>One moment…</p></main>',
  },
  {
    name: 'the callback page',
    path: '/callback',
    content: <Callback />,
    markup: '<main><p role="status">Signing in…</p></main>',
  },
]

/** A whole page of the app. */
export function ServerPageApp({ auth, page }: { auth: AuthClient; page: ServerPage }): ReactNode {
  return (
    <AuthProvider client={auth}>
      <main>{page.content}</main>
    </AuthProvider>
  )
}

function Home(): ReactNode {
  const { status } = useAuth()
  const name = useAuth(({ user }) => user?.name)
  return (
    <>
      <p>{status}</p>
      <p>{name ?? 'nobody'}</p>
    </>
  )
}

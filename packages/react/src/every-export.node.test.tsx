import { createAuthClient } from '@latchkey/core'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { beforeEach, expect, it } from 'vitest'
import { guardConsole } from '../test/console-guard.ts'
import * as latchkey from './index.ts'

beforeEach(guardConsole)

const auth = createAuthClient({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' })
const { AuthProvider, Callback, RequireAuth, SignedIn, SignedOut, createAuthContext, withAuth } = latchkey

const { AuthProvider: AnotherProvider, useAuth: useAnotherAuth } = createAuthContext()

/** What a hook gives on a server. */
function Given({ by: hook }: { by: () => unknown }): ReactNode {
  const given = hook()
  return typeof given === 'object' || typeof given === 'function' ? typeof given : String(given)
}

/** Every export on a page, and what a server makes of it: nothing is decided there. */
const pages: Record<keyof typeof latchkey, readonly [page: ReactNode, markup: string]> = {
  AuthProvider: ['the app', 'the app'],
  Callback: [<Callback key="page" />, '<p role="status">Signing in…</p>'],
  ClientProvider: [
    <latchkey.ClientProvider key="page" client={auth}>
      the app
    </latchkey.ClientProvider>,
    'the app',
  ],
  RequireAuth: [<RequireAuth key="page">private</RequireAuth>, '<p role="status">One moment…</p>'],
  SignedIn: [<SignedIn key="page">private</SignedIn>, ''],
  SignedOut: [<SignedOut key="page">only for strangers</SignedOut>, ''],
  createAuthContext: [<OfAnotherContext key="page" />, 'loading'],
  useAccessToken: [<Given key="page" by={latchkey.useAccessToken} />, 'function'],
  useAuth: [<Given key="page" by={() => latchkey.useAuth(({ status }) => status)} />, 'loading'],
  useAuthClient: [<Given key="page" by={latchkey.useAuthClient} />, 'object'],
  useAuthFetch: [<Given key="page" by={latchkey.useAuthFetch} />, 'function'],
  useSessionCountdown: [<Given key="page" by={() => latchkey.useSessionCountdown()} />, 'undefined'],
  useSuspenseAuth: [<Given key="page" by={() => latchkey.useSuspenseAuth().status} />, 'loading'],
  useUser: [<Given key="page" by={() => latchkey.useUser()} />, 'undefined'],
  withAuth: [<WithStatus key="page" />, 'loading'],
}

function useAnotherStatus(): string {
  return useAnotherAuth(({ status }) => status)
}

function OfAnotherContext(): ReactNode {
  return (
    <AnotherProvider client={auth}>
      <Given by={useAnotherStatus} />
    </AnotherProvider>
  )
}

const Shown = withAuth(({ auth: { status } }) => status)

function WithStatus(): ReactNode {
  return <Shown />
}

it('knows every export of the package', () => {
  expect(Object.keys(pages).sort()).toEqual(Object.keys(latchkey).sort())
})

it.each(Object.entries(pages))('%s is rendered in plain Node', (_, [page, markup]) => {
  const html = renderToString(<AuthProvider client={auth}>{page}</AuthProvider>)
  expect(html).toBe(markup)
})

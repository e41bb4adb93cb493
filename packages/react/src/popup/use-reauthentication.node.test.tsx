import { createAuthClient } from '@latchkey/core'
import type { ReactNode } from 'react'
import { renderToString } from 'react-dom/server'
import { beforeEach, expect, it } from 'vitest'
import { guardConsole } from '../../test/console-guard.ts'
import { AuthProvider, useAuthClient } from '../index.ts'
import { useReauthentication } from './index.ts'

beforeEach(guardConsole)

function Dialog(): ReactNode {
  const { isNeeded } = useReauthentication(useAuthClient())
  return String(isNeeded)
}

it('useReauthentication needs nothing on a server', () => {
  const auth = createAuthClient({ issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' })
  expect(
    renderToString(
      <AuthProvider client={auth}>
        <Dialog />
      </AuthProvider>,
    ),
  ).toBe('false')
})

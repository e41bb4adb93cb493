import { type AuthClient, createAuthClient, type Platform } from '@latchkey/core'
import { type ReactNode, StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { beforeEach, describe, expect, it } from 'vitest'
import { settle } from '../../core/test/fake-platform.ts'
import { guardConsole } from '../test/console-guard.ts'
import { ServerPageApp, serverPages } from '../test/server-pages.tsx'
import { AuthProvider, useAuthClient } from './index.ts'

beforeEach(guardConsole)

const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }

/** Everything else is what Node has: no page, no storage, no address bar. */
function countRequests(): { platform: Partial<Platform>; requests: string[] } {
  const requests: string[] = []
  return {
    requests,
    platform: {
      fetch: (url) => {
        requests.push(url)
        return Promise.reject(new TypeError('Failed to fetch'))
      },
    },
  }
}

describe('in plain Node', () => {
  it('there is no browser', () => {
    expect([typeof window, typeof document, typeof location, typeof sessionStorage]).toEqual(
      Array(4).fill('undefined'),
    )
  })

  it.each(serverPages)('$name shows what is shown while nothing is decided (REACT-01)', async (page) => {
    const { platform, requests } = countRequests()
    const auth = createAuthClient({ ...options, platform })
    const app = (
      <StrictMode>
        <ServerPageApp auth={auth} page={page} />
      </StrictMode>
    )
    expect(renderToString(app)).toBe(page.markup)
    expect(renderToString(app)).toBe(page.markup)
    await settle()
    expect(requests).toEqual([])
    expect(auth.getState()).toEqual({ status: 'loading', reason: 'starting' })
  })

  it('a provider makes its own client of options', async () => {
    const { platform, requests } = countRequests()
    const markup = renderToString(
      <AuthProvider {...options} platform={platform}>
        <p>the app</p>
      </AuthProvider>,
    )
    expect(markup).toBe('<p>the app</p>')
    expect(requests).toEqual([])
  })

  it('a provider makes another client for each page, and keeps none', () => {
    const clients: AuthClient[] = []
    function Client(): ReactNode {
      clients.push(useAuthClient())
      return null
    }
    for (let page = 0; page < 2; page++) {
      renderToString(
        <AuthProvider {...options}>
          <Client />
        </AuthProvider>,
      )
    }
    expect(new Set(clients).size).toBe(2)
  })

  it('starting a client, which no server does, watches nothing and throws nothing', () => {
    const stop = createAuthClient(options).start()
    expect(stop).not.toThrow()
  })

  it('bad options are told to the server as well', () => {
    expect(() => renderToString(<AuthProvider {...options} issuer="http://id.example" />)).toThrow(
      /Option "issuer"/,
    )
  })
})

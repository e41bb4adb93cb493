import {
  type AnyAuthError,
  ConfigurationError,
  NetworkError,
  ServerError,
  SignInRequiredError,
} from '@latchkey/core'
import { render } from '@testing-library/react'
import { type ReactNode, StrictMode } from 'react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createScene, type Scene } from '../../core/test/signed-in.ts'
import { until } from '../../core/test/until.ts'
import { AuthProvider } from './index.ts'
import { useDeveloperMessages } from './use-developer-messages.ts'

let said: unknown[][] = []

beforeEach(() => {
  said = []
  console.error = (...values: unknown[]) => void said.push(values)
})
afterEach(() => vi.unstubAllEnvs())

/** Tells a page in a build for `environment` of an error, before and after it is left. */
function tell(environment: string, error: AnyAuthError): void {
  vi.stubEnv('NODE_ENV', environment)
  const listeners = new Set<(event: never) => void>()
  const client = {
    explain: () => ({ session: undefined }) as never,
    on(name: string, listener: (event: never) => void) {
      if (name === 'error') listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  const Page = (): null => {
    useDeveloperMessages(client)
    return null
  }
  const { unmount } = render(
    <StrictMode>
      <Page />
    </StrictMode>,
  )
  const event = { error, during: 'login' } as never
  for (const listener of listeners) listener(event)
  unmount()
  expect(listeners.size).toBe(0)
}

const rejected = new ConfigurationError('claims_rejected', 'at "roles": expected array', {
  cause: 'SENTINEL',
})

it('say once, in a development build, what is to be mended', () => {
  tell('development', rejected)
  expect(said).toEqual([['Latchkey: ConfigurationError claims_rejected: at "roles": expected array']])
})

it('name the address that cannot be reached', () => {
  tell('development', new NetworkError('network_failed', 'No answer from https://id.example.'))
  expect(said).toEqual([['Latchkey: NetworkError network_failed: No answer from https://id.example.']])
})

it('name what keeps a page from being shown to whoever has signed in', () => {
  tell('development', new SignInRequiredError('login_loop', 'Look at the maxAge of a guard.'))
  expect(said).toEqual([['Latchkey: SignInRequiredError login_loop: Look at the maxAge of a guard.']])
})

it.each(['production', 'test', ''])('say nothing in a build for "%s"', (environment) => {
  tell(environment, rejected)
  expect(said).toEqual([])
})

it('say nothing of a session that is over', () => {
  tell('development', new SignInRequiredError('session_ended', 'dev'))
  expect(said).toEqual([])
})

it('call it no error that a person declined, and note that it may have been the provider', () => {
  const notes: unknown[] = []
  console.warn = (note: unknown) => void notes.push(note)
  tell('development', new ServerError('access_denied', 'dev', { error: 'access_denied' }))
  expect(said).toEqual([])
  expect(notes).toEqual([expect.stringMatching(/^Latchkey: access_denied: dev .*the provider/)])
})

it('tell of the client that has taken the place of another, and no more of that', async () => {
  vi.stubEnv('NODE_ENV', 'development')
  const [before, after] = [await createScene(), await createScene()]
  const page = ({ auth }: Scene): ReactNode => <AuthProvider client={auth}>the app</AuthProvider>
  const { rerender } = render(page(before))
  rerender(page(after))
  for (const { auth, provider } of [before, after]) {
    provider.metadata.issuer = `${provider.issuer}/`
    await expect(auth.login()).rejects.toMatchObject({ code: 'issuer_mismatch' })
    expect(said).toHaveLength(auth === after.auth ? 1 : 0)
  }
})

it('tell of a login() that nobody awaits', async () => {
  vi.stubEnv('NODE_ENV', 'development')
  const { auth, provider } = await createScene()
  provider.metadata.issuer = `${provider.issuer}/`
  render(<AuthProvider client={auth}>the app</AuthProvider>)
  auth.login().catch(() => undefined)
  await until(() => said.length > 0)
  expect(said).toEqual([[expect.stringMatching(/^Latchkey: \w+ issuer_mismatch: .*to the letter/)]])
})

import {
  type AuthClient,
  type AuthClientOptions,
  ConfigurationError,
  createAuthClient,
  type OpenIdOptions,
} from '@latchkey/core'
import { act, render, screen } from '@testing-library/react'
import { Profiler, type ReactElement, type ReactNode, StrictMode, Suspense, useEffect, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { describe, expect, it } from 'vitest'
import { createFakePlatform, type FakePlatform, settle } from '../../core/test/fake-platform.ts'
import { holdUp } from '../../core/test/pages.ts'
import { createScene, createSignedInScene, goThroughLogin } from '../../core/test/signed-in.ts'
import { renderInBoundary } from '../test/error-boundary.tsx'
import { stringsInReact } from '../test/react-memory.ts'
import { AuthProvider, useAuth, useAuthClient } from './index.ts'

const options = { issuer: 'https://id.example', clientId: 'app', redirectUri: '/callback' }

function Name(): ReactNode {
  const { status, user } = useAuth()
  return <p>{user?.name ?? status}</p>
}

/** Notes the client at every commit, and how often it was mounted. */
function Witness({ clients, mounts }: { clients: Set<AuthClient>; mounts: string[] }): ReactNode {
  const client = useAuthClient()
  useEffect(() => void clients.add(client))
  useEffect(() => {
    mounts.push('mounted')
    return () => void mounts.push('unmounted')
  }, [mounts])
  return null
}

function Counted({ onRender }: { onRender: () => void }): ReactNode {
  onRender()
  return <p>child</p>
}

function CountedConsumer({ onRender }: { onRender: (name: string) => void }): ReactNode {
  onRender(useAuth().status)
  return null
}

function Held({ value }: { value: unknown }): ReactNode {
  useState({ deep: [value] })
  return null
}

function Told({ onMount }: { onMount: () => void }): ReactNode {
  useEffect(onMount, [onMount])
  return null
}

/** Passes a new literal at every render, as parents do. */
function LiteralParent({
  platform,
  expose,
  children,
}: {
  platform: FakePlatform
  expose: (render: () => void) => void
  children: ReactNode
}): ReactNode {
  const [count, setCount] = useState(0)
  useEffect(() => expose(() => setCount((before) => before + 1)), [expose])
  return (
    <AuthProvider {...options} params={{ audience: 'api' }} platform={{ ...platform }}>
      {children}
      <p>{count}</p>
    </AuthProvider>
  )
}

/** As validators are: with functions in it, and with itself. */
function createSchema(): OpenIdOptions['claims'] {
  const schema: Record<string, unknown> = {
    '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
  }
  schema.itself = schema
  return schema as unknown as OpenIdOptions['claims']
}

function ElementAsOption(): ReactNode {
  const unknown = { fallback: <p>One moment…</p> }
  return <AuthProvider {...options} {...unknown} />
}

describe('with a client', () => {
  it('shows its session', async () => {
    const { auth } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <Name />
      </AuthProvider>,
    )
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it('leaves neither a listener nor a timer behind after 100 mounts under StrictMode (REACT-05)', async () => {
    const { auth, platform } = await createSignedInScene()
    let subscriptions = 0
    const counted: AuthClient = {
      ...auth,
      subscribe(listener) {
        subscriptions += 1
        const stop = auth.subscribe(listener)
        return () => {
          subscriptions -= 1
          stop()
        }
      },
    }
    const seen = new Set<string>()
    for (let cycle = 0; cycle < 100; cycle++) {
      const { unmount } = render(
        <AuthProvider client={counted}>
          <Name />
        </AuthProvider>,
      )
      seen.add(`${platform.listenerCount()} ${platform.timerCount()} ${subscriptions}`)
      unmount()
      expect([platform.listenerCount(), platform.timerCount(), subscriptions]).toEqual([0, 0, 0])
    }
    // Watching the page, for waking, for renewal and for its end; one renewal timer; one component.
    expect([...seen]).toEqual(['3 1 1'])
  })

  it('watches the page for as long as one of two providers of a client is mounted', async () => {
    const { auth, platform } = await createSignedInScene()
    const first = render(<AuthProvider client={auth} />)
    const second = render(<AuthProvider client={auth} />)
    const watching = platform.listenerCount()
    first.unmount()
    expect(platform.listenerCount()).toBe(watching)
    second.unmount()
    expect(platform.listenerCount()).toBe(0)
  })

  it('shows another client’s session once it is swapped, stops the old one and keeps its children mounted', async () => {
    const old = await createSignedInScene()
    const next = await createScene({ options: { clientId: 'another' } })
    const clients = new Set<AuthClient>()
    const mounts: string[] = []
    const app = (client: AuthClient): ReactElement => (
      <AuthProvider client={client}>
        <Name />
        <Witness clients={clients} mounts={mounts} />
      </AuthProvider>
    )
    const { rerender } = render(app(old.auth))
    expect(old.platform.timerCount()).toBe(1)
    mounts.length = 0

    rerender(app(next.auth))

    expect(screen.getByText('unauthenticated')).toBeDefined()
    expect([...clients]).toEqual([old.auth, next.auth])
    expect(mounts).toEqual([])
    expect([old.platform.listenerCount(), old.platform.timerCount()]).toEqual([0, 0])
    expect(next.platform.listenerCount()).toBeGreaterThan(0)

    await act(() => old.auth.logout({ local: true }))
    expect(screen.getByText('unauthenticated')).toBeDefined()
  })

  it('shows nothing of a refresh that the old client was waiting for when it was swapped', async () => {
    const old = await createSignedInScene()
    const next = await createSignedInScene()
    const app = (client: AuthClient): ReactElement => (
      <AuthProvider client={client}>
        <Name />
      </AuthProvider>
    )
    const { rerender } = render(app(old.auth))
    old.provider.claims = { name: 'Alicia' }
    const { arrived, goOn } = holdUp(old, '/token')
    const refresh = old.auth.getAccessToken({ forceRefresh: true })
    await arrived
    rerender(app(next.auth))
    goOn()
    await act(() => refresh)
    expect(old.auth.getState()).toMatchObject({ user: { name: 'Alicia' } })
    expect(screen.getByText('Alice')).toBeDefined()
    expect([old.platform.listenerCount(), old.platform.timerCount()]).toEqual([0, 0])
  })

  it('shows who is signed in when the browser brings back a page that was being left', async () => {
    const { auth, platform } = await createSignedInScene()
    const { unmount } = render(
      <AuthProvider client={auth}>
        <Name />
      </AuthProvider>,
    )
    await act(() => auth.login())
    expect(screen.getByText('redirecting')).toBeDefined()
    act(() => platform.wake('restored'))
    expect(screen.getByText('Alice')).toBeDefined()

    await act(() => auth.login())
    unmount()
    platform.wake('restored')
    expect(auth.getState().status).toBe('redirecting')
  })

  it('gives a component the nearest of two clients', async () => {
    const outer = await createSignedInScene()
    const inner = await createScene({ options: { name: 'inner' } })
    render(
      <AuthProvider client={outer.auth}>
        <AuthProvider client={inner.auth}>
          <Name />
        </AuthProvider>
      </AuthProvider>,
    )
    expect(screen.getByText('unauthenticated')).toBeDefined()
  })

  it('never renders its children again by itself: not on sign-in, refresh or sign-out', async () => {
    const { auth } = await goThroughLogin(await createScene())
    const renders: unknown[] = []
    const commits: unknown[] = []
    render(
      <AuthProvider client={auth}>
        <Profiler id="children" onRender={(id) => void commits.push(id)}>
          <Counted onRender={() => void renders.push('child')} />
        </Profiler>
        <Name />
      </AuthProvider>,
    )
    const before = [renders.length, commits.length]
    expect(before).toEqual([2, 1]) // StrictMode renders twice

    await act(() => auth.handleCallback())
    expect(screen.getByText('Alice')).toBeDefined()
    await act(() => auth.getAccessToken({ forceRefresh: true }))
    await act(() => auth.logout())
    expect(screen.getByText('redirecting')).toBeDefined()

    expect([renders.length, commits.length]).toEqual(before)
  })
})

describe('with options', () => {
  it('makes a client of them', async () => {
    const { platform } = await createScene()
    render(
      <AuthProvider {...options} platform={platform}>
        <Name />
      </AuthProvider>,
    )
    expect(screen.getByText('unauthenticated')).toBeDefined()
    expect(platform.listenerCount()).toBeGreaterThan(0)
  })

  it.each([undefined, null])(
    'says of client={%s} alone that there is no client, and not that an option is missing',
    (client) => {
      const { caught } = renderInBoundary(<AuthProvider client={client as never} />)
      expect(caught).toEqual([expect.any(ConfigurationError)])
      expect(String(caught[0])).toMatch(
        `Prop "client" of <AuthProvider> is ${client}: pass what createAuthClient()`,
      )
    },
  )

  it.each([
    ['options in place of a client', { client: options }, 'is no client'],
    ['a promise of one', { client: Promise.resolve() }, 'is no client'],
    ['nothing at all', {}, 'is undefined'],
    ['a client by another name', { clinet: createAuthClient(options) }, 'is undefined'],
    ['one beside an option', { clinet: createAuthClient(options), scope: 'openid' }, 'is undefined'],
  ])('says so of %s', (_, props, words) => {
    const { caught } = renderInBoundary(<AuthProvider {...(props as unknown as OpenIdOptions)} />)
    expect(caught).toEqual([expect.any(ConfigurationError)])
    expect(caught[0]).toMatchObject({ code: 'invalid_option' })
    expect(String(caught[0])).toContain(`Prop "client" of <AuthProvider> ${words}`)
  })

  it.each([
    ['issuer', 'https://id.example'],
    ['claims', createSchema()],
    ['apis', []],
  ])('are refused beside a client, which would not heed them: %s', (name, value) => {
    const props = { client: createAuthClient(options), [name]: value }
    const { caught } = renderInBoundary(<AuthProvider {...(props as unknown as OpenIdOptions)} />)
    expect(caught).toEqual([expect.any(ConfigurationError)])
    expect(caught[0]).toMatchObject({ code: 'invalid_option' })
    expect(String(caught[0])).toContain(`Prop "${name}" of <AuthProvider> stands beside "client"`)
  })

  it('may be named beside a client, as long as they have no value', async () => {
    const { auth } = await createSignedInScene()
    const props = { client: auth, issuer: undefined } as unknown as OpenIdOptions
    render(
      <AuthProvider {...props}>
        <Name />
      </AuthProvider>,
    )
    expect(screen.getByText('Alice')).toBeDefined()
  })

  it.each([
    ['schema', () => ({ claims: createSchema() })],
    ['way to load the person', () => ({ protocol: 'oauth2', loadUser: async () => ({ sub: 'alice' }) })],
    ['port to the surroundings', () => ({ platform: createFakePlatform() })],
  ])('that are equal make two clients in one render, where each has a %s of its own', (_, create) => {
    const clients = new Set<AuthClient>()
    const platform = createFakePlatform()
    const [one, other] = [create(), create()] as unknown as OpenIdOptions[]
    render(
      <StrictMode>
        {[one, other].map((own) => (
          <AuthProvider key={own === one ? 1 : 2} {...options} platform={platform} {...own}>
            <Witness clients={clients} mounts={[]} />
          </AuthProvider>
        ))}
      </StrictMode>,
    )
    expect(clients.size).toBe(2)
  })

  it('give the client that was made first where React begins anew, though the schema is another each time', async () => {
    const platform = createFakePlatform()
    const clients: AuthClient[] = []
    let open = (): void => undefined
    let isOpen = false
    const opened = new Promise<void>((resolve) => {
      open = () => {
        isOpen = true
        resolve()
      }
    })
    const Gated = (): ReactNode => {
      clients.push(useAuthClient())
      if (!isOpen) throw opened
      return <p>shown</p>
    }
    const App = (): ReactElement => (
      <AuthProvider {...options} claims={createSchema() as never} platform={platform}>
        <Gated />
      </AuthProvider>
    )
    render(
      <Suspense fallback="…">
        <App />
      </Suspense>,
    )
    expect(screen.queryByText('shown')).toBeNull()
    await act(async () => open())
    expect(screen.getByText('shown')).toBeDefined()
    expect(clients.length).toBeGreaterThan(1)
    expect(clients.at(-1)).toBe(clients[0])
  })

  it('takes client={undefined} beside them for no client', () => {
    render(
      <AuthProvider {...options} client={undefined} platform={createFakePlatform()}>
        <Name />
      </AuthProvider>,
    )
    expect(screen.getByText('unauthenticated')).toBeDefined()
  })

  it('keeps one client while its parent renders 50 times with a new literal (REACT-06)', () => {
    const platform = createFakePlatform()
    const clients = new Set<AuthClient>()
    const mounts: string[] = []
    const renders: string[] = []
    let renderParent = (): void => undefined
    const expose = (next: () => void): void => {
      renderParent = next
    }
    render(
      <LiteralParent platform={platform} expose={expose}>
        <Witness clients={clients} mounts={mounts} />
        <CountedConsumer onRender={(status) => void renders.push(status)} />
      </LiteralParent>,
    )
    renders.length = 0
    const watching = platform.listenerCount()
    mounts.length = 0
    for (let count = 1; count <= 50; count++) act(() => renderParent())

    expect(screen.getByText('50')).toBeDefined()
    expect(clients.size).toBe(1)
    expect([mounts, renders]).toEqual([[], []])
    expect(platform.listenerCount()).toBe(watching)
  })

  it('makes a new client when an option changes its value, and keeps its children mounted', () => {
    const platform = createFakePlatform()
    const clients = new Set<AuthClient>()
    const mounts: string[] = []
    const app = (audience: string): ReactElement => (
      <AuthProvider {...options} params={{ audience }} platform={platform}>
        <Witness clients={clients} mounts={mounts} />
      </AuthProvider>
    )
    const { rerender } = render(app('one'))
    const watching = platform.listenerCount()
    mounts.length = 0

    rerender(app('two'))

    expect(clients.size).toBe(2)
    expect(mounts).toEqual([])
    expect(platform.listenerCount()).toBe(watching)
  })

  it.each<[string, () => object]>([
    ['a function that makes the vault’s worker', () => ({ vault: { worker: () => new MessageChannel() } })],
    ['a schema that refers to itself', () => ({ claims: createSchema() })],
    ['a port to the surroundings', () => ({ platform: createFakePlatform() })],
  ])('keeps the client when %s is another at the next render', (_, create) => {
    const clients = new Set<AuthClient>()
    const app = (): ReactElement => (
      <AuthProvider {...options} platform={createFakePlatform()} {...create()}>
        <Witness clients={clients} mounts={[]} />
      </AuthProvider>
    )
    const { rerender } = render(app())
    rerender(app())
    expect(clients.size).toBe(1)
  })

  it('makes a client of its own for a provider that comes once another with equal options has mounted', () => {
    const clients = new Set<AuthClient>()
    const platform = createFakePlatform()
    const app = (count: number): ReactElement[] =>
      Array.from({ length: count }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing moves
        <AuthProvider key={index} {...options} platform={platform}>
          <Witness clients={clients} mounts={[]} />
        </AuthProvider>
      ))
    const { rerender } = render(app(1))
    rerender(app(2))
    expect(clients.size).toBe(2)
  })

  it('makes a new client when the vault is sealed from now on', () => {
    const clients = new Set<AuthClient>()
    const platform = createFakePlatform()
    const app = (sealed: boolean): ReactElement => (
      <AuthProvider
        {...options}
        apis={['https://api.example']}
        vault={{ worker: () => new SharedWorker('/vault.js'), sealed }}
        platform={platform}
      >
        <Witness clients={clients} mounts={[]} />
      </AuthProvider>
    )
    const { rerender } = render(app(false))
    rerender(app(true))
    expect(clients.size).toBe(2)
  })

  it('leaves nothing behind after 100 mounts under StrictMode', () => {
    const platform = createFakePlatform()
    for (let cycle = 0; cycle < 100; cycle++) {
      const { unmount } = render(<AuthProvider {...options} platform={platform} />)
      expect(platform.listenerCount()).toBeGreaterThan(0)
      unmount()
      expect([platform.listenerCount(), platform.timerCount()]).toEqual([0, 0])
    }
    expect(platform.stored.size).toBe(0)
  })

  it.each([
    ['issuer', { ...options, issuer: 'http://id.example' }],
    ['issuer', { ...options, issuer: undefined }],
    ['clientId', { ...options, clientId: '' }],
    ['redirectUri', { ...options, redirectUri: 'callback' }],
    ['authority', { ...options, authority: 'https://id.example' }],
    ['clientSecret', { ...options, clientSecret: 'secret' }],
    ['onRedirect', { ...options, onRedirect: () => undefined }],
    ['params', { ...options, params: { resource: 1n } }],
  ])('gives the error boundary a ConfigurationError that names %s', (name, bad) => {
    const { caught } = renderInBoundary(<AuthProvider {...(bad as unknown as AuthClientOptions)} />)
    expect(caught).toEqual([expect.any(ConfigurationError)])
    expect(caught[0]).toMatchObject({
      name: 'ConfigurationError',
      code: 'invalid_option',
      message: expect.stringContaining(`"${name}"`),
    })
  })

  it('names an unknown option whose value refers to itself, such as an element', () => {
    const { caught } = renderInBoundary(<ElementAsOption />)
    expect(caught).toEqual([expect.any(ConfigurationError)])
    expect(caught[0]).toMatchObject({ message: expect.stringContaining('"fallback"') })
  })

  it('gives the error boundary an option that turns bad later', () => {
    const app = (clientId: string): ReactElement => (
      <AuthProvider {...options} clientId={clientId} platform={createFakePlatform()}>
        <Name />
      </AuthProvider>
    )
    const { caught, rerender } = renderInBoundary(app('app'))
    expect(caught).toEqual([])
    rerender(app(''))
    expect(caught).toEqual([expect.any(ConfigurationError)])
    expect(screen.getByText('caught')).toBeDefined()
  })
})

describe('tokens', () => {
  it('are nowhere in what React holds, nor in the page (REACT-04)', async () => {
    const { auth, provider } = await goThroughLogin(await createScene())
    const { container } = render(
      <AuthProvider client={auth}>
        <Name />
        <Witness clients={new Set()} mounts={[]} />
      </AuthProvider>,
    )
    await act(() => auth.handleCallback())
    await act(() => auth.getAccessToken({ forceRefresh: true }))
    await act(settle)
    const held = [...stringsInReact(container), document.documentElement.outerHTML, location.href]
    expect(held).toContain('Alice')
    expect(provider.secrets.length).toBeGreaterThanOrEqual(7)
    expect(provider.secrets.filter((secret) => held.some((text) => text.includes(secret)))).toEqual([])
  })

  it('would be found there by the search above', async () => {
    const { auth } = await createSignedInScene()
    const token = await auth.getAccessToken()
    const { container } = render(
      <AuthProvider client={auth}>
        <Held value={token} />
      </AuthProvider>,
    )
    expect(stringsInReact(container)).toContain(token)
  })
})

describe('the first paint', () => {
  /** What each commit left in the container, without `act`, as an app would have it. */
  async function commitsOf(auth: AuthClient, platform: FakePlatform): Promise<string[]> {
    globalThis.IS_REACT_ACT_ENVIRONMENT = false
    const container = document.createElement('div')
    const commits: string[] = []
    const root = createRoot(container)
    await new Promise<void>((resolve) => {
      root.render(
        <StrictMode>
          <Profiler id="app" onRender={() => void commits.push(container.textContent ?? '')}>
            <AuthProvider client={auth}>
              <Name />
            </AuthProvider>
          </Profiler>
          <Told onMount={resolve} />
        </StrictMode>,
      )
    })
    await platform.advance(10_000)
    root.unmount()
    return commits
  }

  it('shows a first-time visitor as signed out at once, without a flash and without a request', async () => {
    const { auth, platform, provider } = await createScene()
    expect(await commitsOf(auth, platform)).toEqual(['unauthenticated'])
    expect(provider.seen).toEqual([])
  })

  it('shows a person who is signed in at once', async () => {
    const { auth, platform } = await createSignedInScene()
    expect(await commitsOf(auth, platform)).toEqual(['Alice'])
  })
})

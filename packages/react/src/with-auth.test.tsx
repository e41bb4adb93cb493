import { act, render, screen } from '@testing-library/react'
import { Component, createRef, memo, type ReactNode } from 'react'
import { describe, expect, it } from 'vitest'
import { createSignedInScene } from '../../core/test/signed-in.ts'
import type { Auth } from './auth.ts'
import { AuthProvider, withAuth } from './index.ts'

class Greeting extends Component<{ auth: Auth; greeting: string; children?: ReactNode }> {
  shout(): string {
    return `${this.props.greeting.toUpperCase()}!`
  }

  override render(): ReactNode {
    const { auth, greeting, children } = this.props
    return (
      <p>
        {greeting}, {auth.user?.name ?? 'stranger'}
        {children}
      </p>
    )
  }
}

function Status({ auth }: { auth: Auth }): ReactNode {
  return <p>{auth.status}</p>
}

const GreetingWithAuth = withAuth(Greeting)
const StatusWithAuth = withAuth(Status)

describe('withAuth', () => {
  it('gives a class the session, and its other props as they are', async () => {
    const { auth } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <GreetingWithAuth greeting="Hello">?</GreetingWithAuth>
      </AuthProvider>,
    )
    expect(screen.getByText('Hello, Alice?')).toBeDefined()
    await act(() => auth.logout({ local: true }))
    expect(screen.getByText('Hello, stranger?')).toBeDefined()
  })

  it('lets a ref through to the instance', async () => {
    const { auth } = await createSignedInScene()
    const ref = createRef<Greeting>()
    render(
      <AuthProvider client={auth}>
        <GreetingWithAuth ref={ref} greeting="Hello" />
      </AuthProvider>,
    )
    expect(ref.current?.shout()).toBe('HELLO!')
  })

  it('takes a function as well', async () => {
    const { auth } = await createSignedInScene()
    render(
      <AuthProvider client={auth}>
        <StatusWithAuth />
      </AuthProvider>,
    )
    expect(screen.getByText('authenticated')).toBeDefined()
  })

  it('has a name in developer tools that says what is inside', () => {
    expect([GreetingWithAuth.displayName, StatusWithAuth.displayName]).toEqual([
      'withAuth(Greeting)',
      'withAuth(Status)',
    ])
    class Named extends Greeting {
      static displayName = 'Hello'
    }
    expect(withAuth(Named).displayName).toBe('withAuth(Hello)')
    expect(withAuth(memo(Status)).displayName).toBe('withAuth(Component)')
  })
})

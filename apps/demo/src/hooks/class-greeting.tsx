import { type Auth, withAuth } from '@latchkey/react'
import { Component } from 'react'
import { HookCard } from './hook-card.tsx'

/** Code from before hooks is given the session as a prop. */
class Greeting extends Component<{ auth: Auth; greeting: string }> {
  override render() {
    const { auth, greeting } = this.props
    return (
      <p>
        {greeting}, {auth.user?.name ?? 'stranger'}
      </p>
    )
  }
}

const GreetingWithAuth = withAuth(Greeting)

export function ClassGreeting({ greeting }: { greeting: string }) {
  return (
    <HookCard hook="withAuth(Component)" about="The session as a prop, for a class component.">
      <GreetingWithAuth greeting={greeting} />
    </HookCard>
  )
}

import { type RenderResult, render } from '@testing-library/react'
import { Component, type ReactNode } from 'react'
import { mayBeSaid } from './console-guard.ts'

/** Renders below an error boundary. */
export function renderInBoundary(ui: ReactNode): RenderResult & { readonly caught: unknown[] } {
  const caught: unknown[] = []
  const inBoundary = (children: ReactNode): ReactNode => (
    <ErrorBoundary onCatch={(error) => caught.push(error)}>{children}</ErrorBoundary>
  )
  mayBeSaid(/The above error occurred in|Error: Uncaught/)
  const view = render(inBoundary(ui), { onCaughtError: () => undefined })
  return { ...view, caught, rerender: (next) => view.rerender(inBoundary(next)) }
}

class ErrorBoundary extends Component<
  { children: ReactNode; onCatch: (error: unknown) => void },
  { isBroken: boolean }
> {
  override state = { isBroken: false }

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true }
  }

  override componentDidCatch(error: unknown): void {
    this.props.onCatch(error)
  }

  override render(): ReactNode {
    return this.state.isBroken ? <p>caught</p> : this.props.children
  }
}

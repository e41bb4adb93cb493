import { type RenderResult, render } from '@testing-library/react'
import { Component, type ReactNode } from 'react'

/** Renders below an error boundary. */
export function renderInBoundary(ui: ReactNode): RenderResult & { readonly caught: unknown[] } {
  const caught: unknown[] = []
  const inBoundary = (children: ReactNode): ReactNode => <ErrorBoundary>{children}</ErrorBoundary>
  const view = render(inBoundary(ui), { onCaughtError: (error) => caught.push(error) })
  return { ...view, caught, rerender: (next) => view.rerender(inBoundary(next)) }
}

class ErrorBoundary extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false }

  static getDerivedStateFromError(): { isBroken: boolean } {
    return { isBroken: true }
  }

  override render(): ReactNode {
    return this.state.isBroken ? <p>caught</p> : this.props.children
  }
}

import { Profiler, type ReactNode, StrictMode } from 'react'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { onTestFinished } from 'vitest'

/** What a root left in the page at each commit, as an app would have it. */
export interface LiveRoot<T> {
  readonly container: HTMLElement
  readonly commits: T[]
  /** Errors that React got over by itself, such as a mismatch in hydration. */
  readonly recovered: unknown[]
  unmount(): void
}

/** Renders on React's own schedule, without `act`: what is batched or interrupted is what a person would see. */
export function renderLive<T>(ui: ReactNode, look: (container: HTMLElement) => T): LiveRoot<T> {
  return start(look, document.createElement('div'), (container, tree, options) => {
    const root = createRoot(container, options)
    root.render(tree(ui))
    return root
  })
}

/** Hydrates a server's markup, likewise. */
export function hydrateLive<T>(
  ui: ReactNode,
  markup: string,
  look: (container: HTMLElement) => T,
): LiveRoot<T> {
  const container = document.createElement('div')
  container.innerHTML = markup
  return start(look, container, (_, tree, options) => hydrateRoot(container, tree(ui), options))
}

type Options = { readonly onRecoverableError: (error: unknown) => void }

function start<T>(
  look: (container: HTMLElement) => T,
  container: HTMLElement,
  mount: (container: HTMLElement, tree: (ui: ReactNode) => ReactNode, options: Options) => Root,
): LiveRoot<T> {
  globalThis.IS_REACT_ACT_ENVIRONMENT = false
  document.body.append(container)
  const commits: T[] = []
  const recovered: unknown[] = []
  const tree = (ui: ReactNode): ReactNode => (
    <StrictMode>
      <Profiler id="app" onRender={() => void commits.push(look(container))}>
        {ui}
      </Profiler>
    </StrictMode>
  )
  const root = mount(container, tree, { onRecoverableError: (error) => void recovered.push(error) })
  const unmount = (): void => {
    root.unmount()
    container.remove()
  }
  onTestFinished(unmount)
  return { container, commits, recovered, unmount }
}

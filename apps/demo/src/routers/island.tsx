import { AuthProvider } from '@latchkey/react'
import { type ReactNode, StrictMode, useEffect, useRef } from 'react'
import { createRoot } from 'react-dom/client'
import { auth } from '../auth.ts'

/**
 * A React root of its own with the same client: this app has a router already, and there can be one in a tree. Your app
 * needs no such thing.
 */
export function Island({ id, children }: { id: string; children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // Each root has an element of its own: the one before is taken away later than the next is made.
    const container = document.createElement('div')
    container.className = 'island'
    place.current?.append(container)
    const root = createRoot(container, { identifierPrefix: id })
    root.render(
      <StrictMode>
        <AuthProvider client={auth}>{children}</AuthProvider>
      </StrictMode>,
    )
    // React does not take a root away while another renders.
    return () => {
      container.remove()
      queueMicrotask(() => root.unmount())
    }
  }, [id, children])
  return <div ref={place} />
}

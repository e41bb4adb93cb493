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
    const root = createRoot(place.current as HTMLElement, { identifierPrefix: id })
    root.render(
      <StrictMode>
        <AuthProvider client={auth}>{children}</AuthProvider>
      </StrictMode>,
    )
    // React does not take a root away while another renders.
    return () => queueMicrotask(() => root.unmount())
  }, [id, children])
  return <div ref={place} className="island" />
}

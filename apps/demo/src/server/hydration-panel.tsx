import { AuthProvider } from '@latchkey/react'
import { useEffect, useRef, useState } from 'react'
import { hydrateRoot, type Root } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { auth } from '../auth.ts'
import { markup } from '../trusted-types.ts'
import { Greeting } from './greeting.tsx'

const content = (
  <AuthProvider client={auth}>
    <Greeting />
  </AuthProvider>
)

/** Renders as a server does, into text, and then hydrates what that text made. */
export default function HydrationPanel() {
  const [html] = useState(() => renderToString(content))
  const [isHydrated, setHydrated] = useState(false)
  const [differences, setDifferences] = useState(0)
  const place = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const element = place.current as HTMLDivElement
    element.innerHTML = markup(html)
    if (!isHydrated) return
    const root: Root = hydrateRoot(element, content, {
      identifierPrefix: 'hydrated',
      onRecoverableError: () => setDifferences((count) => count + 1),
    })
    // React does not take a root away while another renders.
    return () => queueMicrotask(() => root.unmount())
  }, [html, isHydrated])

  return (
    <section className="card stack" aria-labelledby="hydration">
      <h2 id="hydration">From the server to the browser</h2>
      <p>The server sends, to everybody:</p>
      <pre className="markup">
        <code>{html}</code>
      </pre>
      <p>Which looks like this:</p>
      <div ref={place} className="island" />
      <p className="actions">
        <button type="button" className="primary" disabled={isHydrated} onClick={() => setHydrated(true)}>
          Hydrate it
        </button>
      </p>
      <p role="status">
        {isHydrated && `React has taken it over, and found ${differences || 'no'} differences.`}
      </p>
    </section>
  )
}

import { useAuth } from '@latchkey/react'
import { useEffect, useRef } from 'react'
import { useLocation } from 'react-router-dom'

/**
 * Moves the focus to the page's heading after each navigation, as loading a page would: keyboards and screen
 * readers then go on at its beginning. The same where somebody signs out with a button that is gone with that.
 */
export function useHeadingFocus(): void {
  const { pathname, hash } = useLocation()
  const isSignedIn = useAuth((auth) => auth.isAuthenticated)
  const shown = useRef({ pathname, isSignedIn })
  useEffect(() => {
    const before = shown.current
    shown.current = { pathname, isSignedIn }
    const isFocusLost = before.isSignedIn !== isSignedIn && document.activeElement === document.body
    if (before.pathname === pathname && !isFocusLost) return
    // A hash names a place further down, which scrolls itself into view.
    document.querySelector('h1')?.focus({ preventScroll: hash !== '' })
  }, [pathname, hash, isSignedIn])
}

import { RequireAuth } from '@latchkey/react'
import { Settings } from './settings.tsx'

/**
 * A server component, and the guard runs in the browser: it keeps people away, not data. Whatever a server component
 * renders inside it is in the HTML for everybody, so what is private is fetched by a client component.
 */
export default function SettingsPage() {
  return (
    <RequireAuth fallback={<p>Looking who you are…</p>}>
      <Settings />
    </RequireAuth>
  )
}

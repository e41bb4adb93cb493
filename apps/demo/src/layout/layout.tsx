import { Outlet } from 'react-router-dom'
import { SessionDialog } from '../popup/session-dialog.tsx'
import { SessionPanel } from '../session/session-panel.tsx'
import { Header } from './header.tsx'
import { useHeadingFocus } from './use-heading-focus.ts'

/** What stays while pages come and go. */
export function Layout() {
  useHeadingFocus()
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <Header />
      <div className="columns">
        <main id="main" tabIndex={-1}>
          <Outlet />
        </main>
        <SessionPanel />
      </div>
      <SessionDialog />
    </>
  )
}

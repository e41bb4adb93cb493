import { SignedIn } from '@latchkey/react'
import { Page } from '../layout/page.tsx'
import { DeleteOrder } from '../popup/delete-order.tsx'
import { EndingSwitch } from '../popup/ending-switch.tsx'
import { NoteForm } from '../popup/note-form.tsx'
import { OrganizationSwitch } from '../popup/organization-switch.tsx'
import { PopupSignIn } from '../popup/popup-sign-in.tsx'

/** Everything here happens while the page stays as it is. */
export function Popups() {
  return (
    <Page title="Popups">
      <p>A redirect takes the page away. A window lets it stay, with everything that is half done in it.</p>
      <PopupSignIn />
      <div className="card">
        <p className="field">
          <label htmlFor="half-done">Something half done</label>
          <textarea id="half-done" rows={2} />
        </p>
      </div>
      <SignedIn>
        <NoteForm />
        <DeleteOrder id="A-1003" />
        <OrganizationSwitch />
      </SignedIn>
      <EndingSwitch />
    </Page>
  )
}

import { lazy, Suspense } from 'react'
import { Source } from '../code/source.tsx'
import { Page } from '../layout/page.tsx'
import panelSource from '../tenants/tenant-panel.tsx?raw'
import tenantsSource from '../tenants/tenants.ts?raw'

const TenantPanel = lazy(() => import('../tenants/tenant-panel.tsx'))

/** One app, several clients, one at a time. */
export function Tenants() {
  return (
    <Page title="Tenants">
      <p>
        Somebody who works for two tenants has a session with each. Write a note, change the tenant, and sign
        in or out there: another client goes above the same components, and the note stays.
      </p>
      <p>
        The tenants here are simulated, by clients of <code>createTestAuth()</code>: no provider is asked, a
        sign-in succeeds at once, and your own session, in the header and the Session panel, is another one.
      </p>
      <Suspense fallback={<p role="status">One moment …</p>}>
        <TenantPanel />
      </Suspense>
      <Source name="src/tenants/tenant-panel.tsx" text={panelSource} />
      <Source name="src/tenants/tenants.ts" text={tenantsSource} />
    </Page>
  )
}

import { lazy, Suspense } from 'react'
import layout from '../../../../examples/next/app/layout.tsx?raw'
import providers from '../../../../examples/next/app/providers.tsx?raw'
import settings from '../../../../examples/next/app/settings/page.tsx?raw'
import { Source } from '../code/source.tsx'
import { Page } from '../layout/page.tsx'
import greeting from '../server/greeting.tsx?raw'

const HydrationPanel = lazy(() => import('../server/hydration-panel.tsx'))

/** What a server can know of a session that lives in the browser: nothing yet. */
export function ServerRendering() {
  return (
    <Page title="Server rendering">
      <p>
        The session lives in the browser, so a server always renders <code>loading</code>, and nobody is shown
        somebody else’s page from a cache. The browser begins with the same, and says more a moment later.
      </p>
      <Suspense fallback={<p role="status">One moment …</p>}>
        <HydrationPanel />
      </Suspense>
      <Source name="src/server/greeting.tsx" text={greeting} />
      <h2>An app on Next.js</h2>
      <p>
        The folder <code>examples/next</code> of this repository is a whole one: its server renders, and a
        browser signs in to it whenever this repository is tested.
      </p>
      <Source name="examples/next/app/layout.tsx" text={layout} />
      <Source name="examples/next/app/providers.tsx" text={providers} />
      <Source name="examples/next/app/settings/page.tsx" text={settings} />
    </Page>
  )
}

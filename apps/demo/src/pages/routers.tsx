import { lazy, Suspense } from 'react'
import { useSearchParams } from 'react-router-dom'
import dataMode from '../../e2e/routers/app/data-mode.tsx?raw'
import hash from '../../e2e/routers/app/hash.tsx?raw'
import tanstack from '../../e2e/routers/app/tanstack.tsx?raw'
import { Source } from '../code/source.tsx'
import { Page } from '../layout/page.tsx'
import reactRouterSource from '../routers/react-router.tsx?raw'
import tanstackRouterSource from '../routers/tanstack-router.tsx?raw'

const ReactRouterPanel = lazy(() => import('../routers/react-router-panel.tsx'))
const TanstackRouterPanel = lazy(() => import('../routers/tanstack-router-panel.tsx'))

/** Guards that stand in routes: nothing of a page is loaded before somebody is signed in. */
export function Routers() {
  const [search] = useSearchParams()
  const startOf = (router: string) => (search.get('at') === router ? '/settings' : '/')
  return (
    <Page title="Routers">
      <p>
        A guard in a loader, or before one, keeps a page from being loaded for nobody. Open the settings in
        either router: signed out, you are taken to the sign-in and brought back.
      </p>
      <section className="card" aria-labelledby="react-router">
        <h2 id="react-router">React Router, with loaders</h2>
        <Suspense fallback={<p role="status">One moment …</p>}>
          <ReactRouterPanel start={startOf('react-router')} />
        </Suspense>
      </section>
      <section className="card" aria-labelledby="tanstack-router">
        <h2 id="tanstack-router">TanStack Router, with beforeLoad</h2>
        <Suspense fallback={<p role="status">One moment …</p>}>
          <TanstackRouterPanel start={startOf('tanstack')} />
        </Suspense>
      </section>
      <h2>The two above</h2>
      <Source name="src/routers/react-router.tsx" text={reactRouterSource} />
      <Source name="src/routers/tanstack-router.tsx" text={tanstackRouterSource} />
      <h2>Whole apps, with the callback as a route</h2>
      <p>Each is signed in to and out of by a browser, whenever this repository is tested.</p>
      <Source name="e2e/routers/app/data-mode.tsx" text={dataMode} />
      <Source name="e2e/routers/app/hash.tsx" text={hash} />
      <Source name="e2e/routers/app/tanstack.tsx" text={tanstack} />
    </Page>
  )
}

import { lazy, Suspense } from 'react'
import { Source } from '../code/source.tsx'
import { Page } from '../layout/page.tsx'
import componentSource from '../test-kit/component.tsx?raw'
import contextSource from '../test-kit/test-context.ts?raw'

const TestPanel = lazy(() => import('../test-kit/test-panel.tsx'))

/** `createTestAuth` at work: no network, no crypto, no timer. */
export function TestKit() {
  return (
    <Page title="Test kit">
      <p>
        In a test of a component you are the provider, the other tabs and the time. This is a client of{' '}
        <code>createTestAuth()</code>: have the component sign in, then decide what becomes of it.
      </p>
      <Suspense fallback={<p role="status">One moment …</p>}>
        <TestPanel />
      </Suspense>
      <Source name="src/test-kit/test-context.ts" text={contextSource} />
      <Source name="src/test-kit/component.tsx" text={componentSource} />
    </Page>
  )
}

import { Page } from '../layout/page.tsx'

/** For the moment in which nothing is decided, or the page is being left. */
export function Waiting({ title }: { title: string }) {
  return (
    <Page title={title}>
      <p role="status">One moment …</p>
    </Page>
  )
}

import { type ReactNode, useEffect } from 'react'

interface PageProps {
  /** Names the page in the browser's tab and history. */
  readonly title: string
  /** Default: the title. */
  readonly heading?: string
  readonly children: ReactNode
}

/** What is different from page to page. Its heading can be focused: see `useHeadingFocus`. */
export function Page({ title, heading = title, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – Latchkey demo`
  }, [title])
  return (
    <>
      <h1 tabIndex={-1}>{heading}</h1>
      {children}
    </>
  )
}

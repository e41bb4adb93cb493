import { Fragment, type ReactNode } from 'react'

/** A file of this repository, word for word. */
export function Source({ name, text }: { name: string; text: string }) {
  return (
    <details className="card">
      <summary>
        <code>{breakable(name)}</code>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, which keyboards must be able to do too */}
      <section className="source" aria-label={name} tabIndex={0}>
        <pre>
          <code>{text}</code>
        </pre>
      </section>
    </details>
  )
}

/** A path that is too long for its line goes on behind a slash. */
function breakable(path: string): ReactNode {
  return path.split('/').map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a path never change places
    <Fragment key={index}>
      {index > 0 && (
        <>
          /<wbr />
        </>
      )}
      {part}
    </Fragment>
  ))
}

/** A file of this repository, word for word. */
export function Source({ name, text }: { name: string; text: string }) {
  return (
    <details className="card">
      <summary>
        <code>{name}</code>
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

/** All tabs of an app share one session, which is best seen with two of them beside each other. */
export function MoreTabs() {
  return (
    <section className="card" aria-labelledby="more-tabs">
      <h2 id="more-tabs">Tabs side by side</h2>
      <p>
        Open this app twice and watch both Session panels: refresh, expire the token or sign out in one, and
        the other follows.
      </p>
      <p className="actions">
        <a className="button" href="/" target="_blank" rel="noopener">
          Open another tab
        </a>
        <button type="button" onClick={openBeside}>
          Open a window beside this one
        </button>
      </p>
    </section>
  )
}

/** `noopener`: it is a tab of its own then, not a copy of this one. */
function openBeside(): void {
  const width = Math.floor(screen.availWidth / 2)
  open('/', '_blank', `noopener,popup,left=${width},top=0,width=${width},height=${screen.availHeight}`)
}

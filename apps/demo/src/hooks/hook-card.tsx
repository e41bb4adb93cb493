import { Profiler, type ReactNode, useId, useState } from 'react'

/** What a hook gives, in a frame that counts the commits of what is inside it. */
export function HookCard({ hook, about, children }: { hook: string; about: string; children: ReactNode }) {
  const heading = useId()
  // Written past React: a count that is state would be a render of its own.
  const [commits] = useState(createCounter)
  return (
    <section className="card" aria-labelledby={heading}>
      <h2 id={heading}>
        <code>{hook}</code>
      </h2>
      <p className="hint">{about}</p>
      <Profiler id={hook} onRender={commits.count}>
        {children}
      </Profiler>
      <p className="hint">
        Renders: <output ref={commits.show} />
      </p>
    </section>
  )
}

function createCounter() {
  let commits = 0
  let shown: HTMLElement | null = null
  const write = () => {
    if (shown) shown.textContent = String(commits)
  }
  return {
    count() {
      commits += 1
      write()
    },
    show(element: HTMLElement | null) {
      shown = element
      write()
    },
  }
}

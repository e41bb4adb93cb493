import type { HostedPage, PageView, StorageArea } from './hosted-ports.ts'
import { createPageFacts, pageExists } from './page-facts.ts'
import { onLife } from './page-life.ts'

/** The page in a browser whose client is hosted. */
export function createHostedPage(): HostedPage {
  const facts = createPageFacts()
  return {
    exists: pageExists,
    onLife,
    view() {
      const answers = Object.entries(facts).map(([name, ask]) => [name, ask()])
      return { ...(Object.fromEntries(answers) as Omit<PageView, 'href'>), href: location.href }
    },
    go(how, url) {
      if (how === 'replace') history.replaceState(history.state, '', url)
      else location[how === 'leave' ? 'replace' : 'assign'](url)
    },
    read: (where, key) => new Map(entries(where, key)).get(key),
    entries,
    store(where, key, value) {
      try {
        if (value === undefined) storage(where).removeItem(key)
        else storage(where).setItem(key, value)
      } catch {
        // Full, or blocked: the host has it, and a later page does without.
      }
    },
    onStored(listener) {
      const hear = ({ key, newValue }: StorageEvent): void => {
        if (key !== null) listener(key, newValue ?? undefined)
      }
      addEventListener('storage', hear)
      return () => removeEventListener('storage', hear)
    },
    setTimer(delayMs, callback) {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
    openFrame: async () => (await import('./open-frame.ts')).openFrame,
  }
}

/** Undefined where site data is blocked. */
function entries(where: StorageArea, prefix: string): [string, string][] | undefined {
  try {
    return Object.entries<string>(storage(where)).filter(([key]) => key.startsWith(prefix))
  } catch {
    return undefined
  }
}

function storage(where: StorageArea): Storage {
  return where === 'session' ? sessionStorage : localStorage
}

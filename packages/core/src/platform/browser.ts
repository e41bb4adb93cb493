import { createHostPorts } from './host.ts'
import { openFrame } from './open-frame.ts'
import { createPageFacts, type PageFacts, pageExists } from './page-facts.ts'
import { type LifeEvent, onLife, sleepCauseOf, wakeCauseOf } from './page-life.ts'
import type { KeyValueStore, Platform } from './ports.ts'

/** A page in a browser behind the ports. */
export function createBrowserPlatform(): Platform {
  const { isUserDriven, ...facts } = createPageFacts()
  return {
    ...createHostPorts(),
    session: createBrowserStore(() => sessionStorage),
    shared: createBrowserStore(() => localStorage),
    navigation: {
      href: () => location.href,
      assign: (url) => location.assign(url),
      leave: (url) => location.replace(url),
      replace: (url) => history.replaceState(history.state, '', url),
      reload: () => location.reload(),
      isUserDriven,
    },
    page: {
      ...facts,
      exists: pageExists,
      onWake: (listener) => onCause(wakeCauseOf, facts, listener),
      onSleep: (listener) => onCause(sleepCauseOf, facts, listener),
    },
    openFrame,
  }
}

/** Tells of those events of the page that `causeOf` makes something of. */
function onCause<TCause>(
  causeOf: (event: LifeEvent, isVisible: boolean) => TCause | undefined,
  { isVisible }: Pick<PageFacts, 'isVisible'>,
  listener: (cause: TCause) => void,
): () => void {
  return onLife((event) => {
    const cause = causeOf(event, isVisible())
    if (cause) listener(cause)
  })
}

/** Where site data is blocked, the very getter of the storage throws: what cannot be read is absent. */
function createBrowserStore(open: () => Storage): KeyValueStore {
  const read = <T>(from: (storage: Storage) => T): T | undefined => {
    try {
      return from(open())
    } catch {
      return undefined
    }
  }
  return {
    get: (key) => read((storage) => storage.getItem(key) ?? undefined),
    set: (key, value) => open().setItem(key, value),
    remove: (key) => read((storage) => storage.removeItem(key)),
    keys: () => read((storage) => Object.keys(storage)) ?? [],
  }
}

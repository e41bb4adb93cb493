import type { Settings } from '../options/parse-options.ts'
import type { KeyValueStore, Page } from '../platform/ports.ts'
import type { SessionRecordStore } from '../session-record.ts'
import { offline } from '../withheld.ts'
import type { Rung } from './rung.ts'

/** What asking by a redirect works with. */
export interface RedirectRungContext {
  readonly settings: Settings
  readonly page: Page
  readonly record: SessionRecordStore
  /** Leaves for the provider with `prompt=none`, where the breaker lets it. @returns whether the page is being left */
  leave(): Promise<boolean>
  /** Whether the person may be in the middle of something in the page, which they would lose. */
  isInUse(): boolean
  /** This tab's storage: where it is kept for which sign-in the provider was asked. */
  readonly store: KeyValueStore
  readonly key: string
}

/**
 * Leaves for the provider and comes straight back, signed in or not (`prompt=none`). At most once until somebody is
 * signed in again: a provider that answers `login_required` is not asked for ever, and one that shows a page instead
 * has stranded the person only once. Without storage that could not be known, so then it is not done.
 */
export function createRedirectRung(context: RedirectRungContext): Rung {
  const { settings, page, record, leave, isInUse, store, key } = context
  return {
    name: 'redirect',
    patienceMs: 12_000,
    async climb() {
      if (!settings.restoreByRedirect) return { outcome: 'skipped', why: 'not_configured' }
      if (page.isFramed()) return { outcome: 'skipped', why: 'framed' }
      if (!page.isOnline()) return { outcome: 'failed', error: offline() }
      if (!page.isVisible() || isInUse()) return { outcome: 'skipped', why: 'not_now' }
      const epoch = String(record.read().epoch)
      // Before it is done: a page that is gone notes nothing.
      if (store.get(key) === epoch || !isNoted(store, key, epoch)) return { outcome: 'skipped', why: 'tried' }
      let isLeaving = false
      try {
        isLeaving = await leave()
      } finally {
        if (!isLeaving) store.remove(key)
      }
      return isLeaving ? { outcome: 'leaving' } : { outcome: 'skipped', why: 'tried' }
    },
  }
}

function isNoted(store: KeyValueStore, key: string, value: string): boolean {
  try {
    store.set(key, value)
    return true
  } catch {
    return false
  }
}

import type { KeyValueStore } from './platform/ports.ts'

/** Keeps guards from signing somebody straight back in. Best effort: without storage a reload forgets it. */
export function rememberSignOut(session: KeyValueStore, key: string): void {
  try {
    session.set(key, '1')
  } catch {
    // Site data is blocked, so a sign-in by redirect is impossible as well.
  }
}

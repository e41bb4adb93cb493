import type { HostedPage } from '../src/platform/hosted-ports.ts'
import type { FakePlatform } from './fake-platform.ts'
import { viewOf } from './page-view.ts'

/** A page of a browser, to a client that is hosted. @param listeners hear what other tabs store, as a test tells it */
export function hostedPageOf(
  platform: FakePlatform,
  listeners: Set<(key: string, value: string | undefined) => void> = new Set(),
): HostedPage {
  const { page, navigation, clock, openFrame } = platform
  return {
    ...page,
    view: () => viewOf(platform),
    go: (how, url) => navigation[how](url),
    read: (where, key) => platform[where].get(key),
    entries: (where, prefix) =>
      platform[where]
        .keys()
        .filter((key) => key.startsWith(prefix))
        .map((key) => [key, platform[where].get(key) ?? '']),
    store(where, key, value) {
      if (value === undefined) platform[where].remove(key)
      else platform[where].set(key, value)
    },
    onLife(listener) {
      const stops = [
        page.onWake((cause) => {
          const type = {
            visible: 'visibilitychange',
            online: 'online',
            restored: 'pageshow',
            resumed: 'resume',
            activated: 'prerenderingchange',
          }[cause]
          listener({ type, persisted: true })
        }),
        page.onSleep((cause) => listener({ type: cause === 'gone' ? 'pagehide' : 'visibilitychange' })),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
    onStored(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    setTimer: clock.setTimer,
    openFrame: async () => openFrame,
  }
}

import type { HostMessage } from '../hosted/messages.ts'
import type { HostPorts } from '../platform/host.ts'
import type { PageView, StorageArea, Stored } from '../platform/hosted-ports.ts'
import { type LifeEvent, sleepCauseOf, wakeCauseOf } from '../platform/page-life.ts'
import type { KeyValueStore, Platform, WakeCause } from '../platform/ports.ts'
import { createEmitter } from '../store.ts'

/** A page as its host knows it, by what it tells. */
export interface HostedSurroundings {
  readonly platform: Platform
  /** The page tells how it is. */
  see(view: PageView): void
  /** Something has happened to it. */
  live(event: LifeEvent): void
  /** Another tab has changed what they share. */
  learn(key: string, value: string | undefined): void
  /** A page of this origin says something in a frame. */
  say(frame: number, message: unknown): void
}

/** What a host is told of a page to begin with. */
export interface PageReport {
  readonly view: PageView
  readonly session: Stored
  readonly shared: Stored
}

/** Makes a platform of a page that is elsewhere: it is asked nothing, so that everything is known at once. */
export function createPagePlatform(
  report: PageReport,
  ports: HostPorts,
  post: (message: HostMessage) => void,
): HostedSurroundings {
  const wakes = createEmitter<[cause: WakeCause]>()
  const sleeps = createEmitter<[cause: 'hidden' | 'gone']>()
  const frames = new Map<number, (message: unknown) => void>()
  const shared = new Map(report.shared)
  let { view } = report
  let lastFrame = 0

  const go =
    (how: Extract<HostMessage, { kind: 'go' }>['how']) =>
    (url: string): void =>
      post({ kind: 'go', how, url })

  function mirror(where: StorageArea, entries: Map<string, string>, isBlocked: boolean): KeyValueStore {
    const store = (key: string, value: string | undefined): void => post({ kind: 'store', where, key, value })
    return {
      get: (key) => entries.get(key),
      set(key, value) {
        if (isBlocked) throw new Error('Site data is blocked.')
        entries.set(key, value)
        store(key, value)
      },
      remove(key) {
        if (entries.delete(key)) store(key, undefined)
      },
      keys: () => [...entries.keys()],
    }
  }

  return {
    platform: {
      ...ports,
      session: mirror('session', new Map(report.session), report.session === undefined),
      shared: mirror('shared', shared, report.shared === undefined),
      navigation: {
        href: () => view.href,
        assign: go('assign'),
        leave: go('leave'),
        replace(url) {
          view = { ...view, href: url }
          go('replace')(url)
        },
        isUserDriven: () => view.isUserDriven,
      },
      page: {
        exists: () => true,
        isSecureContext: () => view.isSecureContext,
        isOnline: () => view.isOnline,
        isVisible: () => view.isVisible,
        isPrerendering: () => view.isPrerendering,
        isFramed: () => view.isFramed,
        onWake: wakes.on,
        onSleep: sleeps.on,
      },
      openFrame(url, onMessage) {
        const frame = ++lastFrame
        frames.set(frame, onMessage)
        post({ kind: 'frame', frame, url })
        return () => {
          frames.delete(frame)
          post({ kind: 'frame', frame, url: undefined })
        }
      },
    },
    see(next) {
      view = next
    },
    live(event) {
      const [wake, sleep] = [wakeCauseOf(event, view.isVisible), sleepCauseOf(event, view.isVisible)]
      if (wake) wakes.emit(wake)
      if (sleep) sleeps.emit(sleep)
    },
    learn(key, value) {
      if (value === undefined) shared.delete(key)
      else shared.set(key, value)
    },
    say: (frame, message) => frames.get(frame)?.(message),
  }
}

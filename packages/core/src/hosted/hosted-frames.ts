import type { HostedPage } from '../platform/hosted-ports.ts'

/** The frames that a host has its page open. */
export interface HostedFrames {
  /** Opens a frame or, without a URL, removes it. */
  show(frame: number, url: string | undefined): void
  /** Removes all of them: nobody looks into what a host before this one has opened. */
  clear(): void
}

/** Makes {@link HostedFrames}. @param say hears what a page of this origin says in one */
export function createHostedFrames(
  { openFrame }: Pick<HostedPage, 'openFrame'>,
  say: (frame: number, message: unknown) => void,
): HostedFrames {
  const frames = new Map<number, Promise<() => void>>()

  function remove(frame: number): void {
    void frames.get(frame)?.then((close) => close())
    frames.delete(frame)
  }

  return {
    show(frame, url) {
      if (url === undefined) return remove(frame)
      const opened = openFrame().then((open) => open(url, (message) => say(frame, message)))
      // Where the code for it is gone, the host gives up in time, as where nothing comes from a frame.
      const nothing = (): (() => void) => () => undefined
      frames.set(frame, opened.catch(nothing))
    },
    clear() {
      for (const frame of [...frames.keys()]) remove(frame)
    },
  }
}

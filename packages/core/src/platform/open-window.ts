import type { Platform } from './ports.ts'

/** Opens an empty window over the middle of the page's own. Browsers allow it in a click, and shortly after one. */
export const openBrowserWindow: NonNullable<Platform['openWindow']> = ({ width, height }) => {
  const left = Math.round(screenX + (outerWidth - width) / 2)
  const top = Math.round(screenY + (outerHeight - height) / 2)
  const opened = window.open(
    'about:blank',
    '_blank',
    `popup,width=${width},height=${height},left=${left},top=${top}`,
  )
  // Some blockers hand out a window that is closed already.
  if (!opened || opened.closed) return undefined
  const stop = new AbortController()
  const { signal } = stop
  let hasReturned = false
  addEventListener(
    'focus',
    () => {
      hasReturned = true
    },
    { signal },
  )
  return {
    go(url, { keepOpener }) {
      // What it is sent to could lead this page elsewhere.
      if (!keepOpener) opened.opener = null
      opened.location.replace(url)
    },
    whereabouts() {
      if (opened.closed) return 'gone'
      try {
        // Only a page of this origin lets itself be asked.
        return opened.location.href === undefined ? 'away' : 'here'
      } catch {
        return 'away'
      }
    },
    attention: () => (!document.hasFocus() ? 'elsewhere' : hasReturned ? 'back' : 'here'),
    onMessage: (listener) =>
      addEventListener(
        'message',
        ({ source, origin, data }) => {
          if (source === opened && origin === location.origin) listener(data)
        },
        { signal },
      ),
    focus: () => opened.focus(),
    close() {
      stop.abort()
      opened.close()
    },
  }
}

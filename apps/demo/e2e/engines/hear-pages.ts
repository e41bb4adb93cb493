import { type PageLine, tellOfViolations } from '../browser-problems.ts'
import type { DemoServer } from '../demo-server.ts'
import { tapPath } from '../page-tap.ts'

/** What the pages of the demo, and its vault, have written and thrown: it grows. */
export interface HeardPages {
  readonly lines: readonly PageLine[]
  stop(): void
}

/** These drivers tell little of a page's console, and one of them nothing. So the pages tell it themselves. */
export function hearPages(demo: DemoServer): HeardPages {
  const lines: PageLine[] = []
  const stop = demo.tap({
    script: `(${listenIn})('${tapPath}');(${tellOfViolations})()`,
    hear: (told) => lines.push(JSON.parse(told)),
  })
  return { lines, stop }
}

/** Runs in every page and frame, and in the vault, so it brings along all that it needs. */
function listenIn(path: string): void {
  const methods = { debug: 'debug', log: 'log', info: 'info', warn: 'warning', error: 'error' } as const

  /** Outlives a page that is just being left. A page that waited for the answer would run other tasks in Firefox. */
  function tell(kind: string, values: readonly unknown[]): void {
    const url = location.origin + location.pathname
    const told = JSON.stringify({ kind, text: values.map(textOf).join(' '), url })
    // A worker has no beacons.
    if ('sendBeacon' in navigator) navigator.sendBeacon(path, told)
    else void fetch(path, { method: 'POST', body: told })
  }

  function textOf(value: unknown): string {
    if (value instanceof Error) return `${value} ${value.stack}`
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  }

  for (const [method, kind] of Object.entries(methods)) {
    const write = console[method as keyof typeof methods]
    console[method as keyof typeof methods] = (...values) => {
      tell(kind, values)
      write(...values)
    }
  }
  const { assert } = console
  console.assert = (isTrue, ...values) => {
    if (!isTrue) tell('assert', values)
    assert(isTrue, ...values)
  }
  addEventListener('error', ({ error, message }) => tell('uncaught', [error ?? message]))
  addEventListener('unhandledrejection', ({ reason }) => tell('uncaught', [reason]))
}

import type { Result } from '../measure/all.ts'

interface Figures {
  readonly title?: string
  /** Undefined: it has none. */
  readonly refreshes: number | undefined
}

/** What Latchkey came to. */
export const ours = (figures: Figures): Result => resultOf({ title: 'Latchkey', ...figures }, true)
/** What a peer came to. */
export const theirs = (figures: Figures): Result => resultOf({ title: 'a peer', ...figures }, false)

/** A result that is like every other but for the one figure. */
function resultOf({ title, refreshes }: Figures, isLatchkey: boolean): Result {
  const weight = { minified: 3, gzip: 2, brotli: 1 }
  const visit = {
    signedOutMs: 1,
    callback: undefined,
    reload: undefined,
    secondTab: undefined,
    tokenCallUs: 1,
  }
  const rush = { refreshes: 1, refused: 0, failed: 0, alive: 1 }
  return {
    id: 'an-app',
    title: title as string,
    isLatchkey,
    versions: [],
    hasNoTokenCall: false,
    beforeLogin: weight,
    inAll: weight,
    near: visit,
    far: visit,
    forgery: 'refused',
    expiry: {
      renders: 0,
      heapGrowth: 0,
      callers: rush,
      tabs: { ...rush, refreshes: refreshes as number },
    },
  }
}

import { describe, expect, it } from 'vitest'
import type { SessionRecord } from './session-record.ts'
import { advanced, furthest, isSpent } from './standing.ts'

const oldest = { epoch: 1.5, refreshes: 2, rotation: 2 }
const older = { epoch: 2.5, refreshes: 4, rotation: 3 }
const known: SessionRecord = {
  epoch: 3.5,
  status: 'signed_in',
  refreshes: 6,
  rotation: 5,
  older: [older, oldest],
}

describe('the record of how far tokens have come', () => {
  it('has each sign-in once, the latest first', () => {
    const next = { epoch: 1.5, refreshes: 9, rotation: 9 }
    expect(advanced(known, next)).toEqual({ ...known, older: [older, next] })
    const between = { epoch: 2.25, refreshes: 0, rotation: 0 }
    expect(advanced(known, between)).toEqual({ ...known, older: [older, between, oldest] })
    const { status: _, older: __, ...last } = known
    const later = { epoch: 4.5, refreshes: 0, rotation: 0 }
    expect(advanced(known, later)).toEqual({ ...later, status: 'signed_in', older: [last, older, oldest] })
  })

  it('knows of a refresh token whether it was exchanged (RFC 9700 §4.14.2)', () => {
    expect(isSpent(known, { ...oldest, refreshes: 1 })).toBe(true)
    expect(isSpent(known, { ...older, refreshes: 3 })).toBe(false)
    expect(isSpent(known, known)).toBe(false)
    // Nobody has said anything of it, and there was room to.
    expect(isSpent(known, { ...oldest, epoch: 0.5 })).toBe(false)
  })

  it('takes over what goes further, and nothing that does not', () => {
    const seen: SessionRecord = {
      epoch: 3.5,
      status: 'ended',
      refreshes: 5,
      rotation: 5,
      older: [
        { ...older, refreshes: 3 },
        { ...oldest, refreshes: 7, rotation: 7 },
        { ...oldest, epoch: 0.5 },
      ],
    }
    expect(furthest(known, seen)).toEqual({
      ...known,
      older: [older, { epoch: 1.5, refreshes: 7, rotation: 7 }, { ...oldest, epoch: 0.5 }],
    })
    const renewed = { ...known, older: undefined, refreshes: 7 }
    expect(furthest({ ...known, status: 'lost' }, renewed)).toEqual({
      ...known,
      status: 'lost',
      refreshes: 7,
    })
  })
})

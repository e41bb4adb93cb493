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

  it('has older sign-ins where a tab may still be in one: not after a sign-out, nor before the first', () => {
    const later = { epoch: 4.5, refreshes: 0, rotation: 0 }
    const first: SessionRecord = { epoch: 0, status: 'ended', refreshes: 0, rotation: 0 }
    expect(advanced(first, later)).toEqual({ ...later, status: 'signed_in' })
    const signedOut: SessionRecord = { ...known, status: 'signed_out' }
    const since = { ...later, status: 'signed_in', signedOutAt: 3.5 }
    expect(advanced(signedOut, later)).toEqual(since)
    // Of every sign-in after it, for a tab that sleeps longer.
    const latest = { epoch: 5.5, refreshes: 0, rotation: 0 }
    expect(advanced(advanced(signedOut, later), latest)).toEqual({ ...since, ...latest, older: [later] })
    for (const status of ['ended', 'lost'] as const)
      expect(advanced({ ...known, status }, later).older?.map(({ epoch }) => epoch)).toEqual([3.5, 2.5, 1.5])
  })

  describe('of as many older sign-ins as are remembered', () => {
    const epochs = [9, 8, 7, 6, 5, 4, 3, 2].map((epoch) => epoch + 0.5)
    const full: SessionRecord = {
      ...known,
      epoch: 10.5,
      older: epochs.map((epoch) => ({ epoch, refreshes: 1, rotation: 1 })),
    }
    const epochsOf = ({ older }: SessionRecord) => older?.map(({ epoch }) => epoch)

    it('forgets the oldest for a later one', () => {
      const next = { refreshes: 0, rotation: 0 }
      expect(epochsOf(advanced(full, { ...next, epoch: 11.5 }))).toEqual([10.5, ...epochs.slice(0, -1)])
      expect(epochsOf(advanced(full, { ...next, epoch: 5.25 }))).toEqual([
        9.5, 8.5, 7.5, 6.5, 5.5, 5.25, 4.5, 3.5,
      ])
      expect(epochsOf(advanced(full, { ...next, epoch: 1.5 }))).toEqual(epochs)
    })

    it('counts as spent what is older than all of them, and nothing else that it does not know (RFC 9700 §4.14.2)', () => {
      expect(isSpent(full, { epoch: 1.5, refreshes: 9, rotation: 9 })).toBe(true)
      expect(isSpent(full, { epoch: 5.25, refreshes: 0, rotation: 0 })).toBe(false)
      expect(isSpent(full, { epoch: 2.5, refreshes: 1, rotation: 1 })).toBe(false)
    })
  })

  it('takes over what goes further, and nothing that does not', () => {
    const seen: SessionRecord = {
      epoch: 3.5,
      status: 'ended',
      refreshes: 5,
      rotation: 5,
      older: [
        { ...older, rotation: 0 },
        { ...oldest, refreshes: 7, rotation: 7 },
        { epoch: 0.5, refreshes: 0, rotation: 0 },
      ],
    }
    expect(furthest(known, seen)).toEqual({
      ...known,
      older: [older, { epoch: 1.5, refreshes: 7, rotation: 7 }, { epoch: 0.5, refreshes: 0, rotation: 0 }],
    })
    const renewed = { ...known, older: undefined, refreshes: 7 }
    expect(furthest({ ...known, status: 'lost' }, renewed)).toEqual({
      ...known,
      status: 'lost',
      refreshes: 7,
    })
  })
})

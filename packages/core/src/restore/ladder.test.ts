import { describe, expect, it } from 'vitest'
import { createManualClock, type ManualClock } from '../../test/manual-clock.ts'
import { NetworkError } from '../errors.ts'
import type { Session } from '../keeper/keeper.ts'
import { type Climb, climbLadder, type RungReport } from './ladder.ts'
import type { Rung, RungName, RungResult } from './rung.ts'

const session: Session = {
  epoch: 1.5,
  claims: undefined,
  scope: 'openid',
  accessTokenExpiresAt: undefined,
  hasRefreshToken: true,
}
const restored: RungResult = { outcome: 'restored', session }
const error = new NetworkError('network_failed', 'It failed.')

/** A climb, and what came of it. */
interface Climbing {
  readonly clock: ManualClock
  readonly climbed: RungName[]
  readonly reports: RungReport[]
  readonly late: Session[]
  readonly end: Promise<Climb>
}

function climb(
  rungs: readonly { name: RungName; patienceMs?: number; isUnlikely?: boolean; climb: Rung['climb'] }[],
  isWanted: () => boolean = () => true,
): Climbing {
  const clock = createManualClock()
  const climbed: RungName[] = []
  const reports: RungReport[] = []
  const late: Session[] = []
  const end = climbLadder(
    rungs.map(({ name, patienceMs = 1000, isUnlikely = false, climb: run }) => ({
      name,
      patienceMs,
      isUnlikely: () => isUnlikely,
      climb(signal) {
        climbed.push(name)
        return run(signal)
      },
    })),
    {
      clock,
      began: () => undefined,
      isWanted,
      report: (report) => reports.push(report),
      foundLate: (found) => late.push(found.session),
    },
  )
  return { clock, climbed, reports, late, end }
}

const giving =
  (result: RungResult): Rung['climb'] =>
  async () =>
    result
const hanging: Rung['climb'] = () => new Promise(() => undefined)

describe('the ladder', () => {
  it.each<[RungResult]>([[restored], [{ outcome: 'signed_out' }], [{ outcome: 'leaving' }]])(
    'stops at the first rung that answers: $outcome',
    async (answer) => {
      const { end, climbed } = climb([
        { name: 'vault', climb: giving({ outcome: 'nothing' }) },
        { name: 'frame', climb: giving(answer) },
        { name: 'redirect', climb: giving({ outcome: 'leaving' }) },
      ])
      await expect(end).resolves.toEqual(answer)
      expect(climbed).toEqual(['vault', 'frame'])
    },
  )

  it('reports every rung, with the reason where it was skipped or failed', async () => {
    const { end, reports, clock } = climb([
      { name: 'tab', climb: giving({ outcome: 'nothing' }) },
      { name: 'frame', climb: giving({ outcome: 'skipped', why: 'cross_site' }) },
      { name: 'vault', climb: giving({ outcome: 'failed', error }) },
      { name: 'redirect', climb: hanging },
    ])
    await clock.advance(1000)
    await end
    expect(reports).toEqual([
      { rung: 'tab', outcome: 'nothing', tookMs: 0 },
      { rung: 'frame', outcome: 'skipped', why: 'cross_site', tookMs: 0 },
      { rung: 'vault', outcome: 'failed', why: 'network_failed', tookMs: 0 },
      { rung: 'redirect', outcome: 'timeout', tookMs: 1000 },
    ])
  })

  it('finds nothing where no rung has anything, and where there is no rung', async () => {
    const nothing = { outcome: 'nothing' }
    await expect(climb([{ name: 'tab', climb: giving({ outcome: 'nothing' }) }]).end).resolves.toEqual(
      nothing,
    )
    await expect(
      climb([{ name: 'frame', climb: giving({ outcome: 'skipped', why: 'framed' }) }]).end,
    ).resolves.toEqual(nothing)
    await expect(climb([]).end).resolves.toEqual(nothing)
  })

  it.each<[string, Rung['climb']]>([
    ['says so', giving({ outcome: 'failed', error })],
    ['throws it', () => Promise.reject(error)],
  ])('ends with the failure of a rung that %s, where no later one answers', async (_, failing) => {
    const last = { name: 'redirect', climb: giving({ outcome: 'nothing' }) } as const
    await expect(climb([{ name: 'frame', climb: failing }, last]).end).resolves.toEqual({
      outcome: 'failed',
      error,
    })
    await expect(
      climb([
        { name: 'tab', climb: failing },
        { name: 'frame', climb: giving(restored) },
      ]).end,
    ).resolves.toEqual(restored)
  })

  it('lets a bug through, which is nothing that a rung may answer', async () => {
    await expect(
      climb([{ name: 'tab', climb: () => Promise.reject(new TypeError('bug')) }]).end,
    ).rejects.toThrow('bug')
  })
})

describe('a rung that hangs (invariant 6)', () => {
  it('is left after a patience of its own, is told so, and counts as a failure', async () => {
    const aborted: string[] = []
    const hangingAs =
      (name: string): Rung['climb'] =>
      (signal) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted.push(name)
            reject(signal.reason)
          })
        })
    const { end, clock, climbed } = climb([
      { name: 'vault', patienceMs: 2000, climb: hangingAs('vault') },
      { name: 'frame', patienceMs: 8000, climb: hangingAs('frame') },
    ])
    await clock.advance(1999)
    expect([climbed, aborted]).toEqual([['vault'], []])
    await clock.advance(1)
    expect([climbed, aborted]).toEqual([['vault', 'frame'], ['vault']])
    await clock.advance(8000)
    await expect(end).resolves.toMatchObject({ outcome: 'failed', error: { code: 'timeout' } })
    expect(aborted).toEqual(['vault', 'frame'])
  })

  it('leaves no timer behind, whatever comes of it', async () => {
    for (const run of [giving(restored), giving({ outcome: 'failed', error }), () => Promise.reject(error)]) {
      const { end, clock } = climb([{ name: 'frame', climb: run }])
      await end
      expect(clock.timerCount()).toBe(0)
    }
  })

  it.each<[string, RungResult, Session[]]>([
    ['a session: it is not lost', restored, [session]],
    ['no session', { outcome: 'signed_out' }, []],
  ])('may still end with %s', async (_, result, expected) => {
    let finish = (): void => undefined
    const { end, clock, late } = climb([
      {
        name: 'frame',
        climb: () =>
          new Promise((resolve) => {
            finish = () => resolve(result)
          }),
      },
    ])
    await clock.advance(1000)
    await end
    expect(late).toEqual([])
    finish()
    await clock.advance(0)
    expect(late).toEqual(expected)
  })
})

describe('a session that is not wanted any more', () => {
  it('is not looked for on the next rung: somebody has signed in or out meanwhile', async () => {
    let isWanted = true
    const { end, climbed } = climb(
      [
        {
          name: 'tab',
          async climb() {
            isWanted = false
            return { outcome: 'nothing' }
          },
        },
        { name: 'redirect', climb: giving({ outcome: 'leaving' }) },
      ],
      () => isWanted,
    )
    await expect(end).resolves.toEqual({ outcome: 'nothing' })
    expect(climbed).toEqual(['tab'])
  })
})

describe('a rung that will most likely find nothing', () => {
  const other: RungResult = { outcome: 'restored', session: { ...session, epoch: 2.5 } }
  const signedOut: RungResult = { outcome: 'signed_out' }
  const nothing: RungResult = { outcome: 'nothing' }
  const leaving: RungResult = { outcome: 'leaving' }

  /** Ends when it is told how, or with its patience, unless it is stopped. */
  function open(): { readonly climb: Rung['climb']; end(result: RungResult): void } {
    let settle = (_result: RungResult): void => undefined
    return {
      end: (result) => settle(result),
      climb: (signal) =>
        new Promise((resolve, reject) => {
          settle = resolve
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    }
  }

  /** Another tab and the provider are asked at once. The redirect, which would follow, leaves the page. */
  function climbBoth(): Climbing & { readonly tab: ReturnType<typeof open>; frame: ReturnType<typeof open> } {
    const [tab, frame] = [open(), open()]
    const climbing = climb([
      { name: 'tab', patienceMs: 2000, isUnlikely: true, climb: tab.climb },
      { name: 'frame', patienceMs: 8000, climb: frame.climb },
      { name: 'redirect', climb: giving(leaving) },
    ])
    return { ...climbing, tab, frame }
  }

  it('is not waited for, where the next one finds the session', async () => {
    const { end, climbed, tab, frame, reports, clock } = climbBoth()
    expect(climbed).toEqual(['tab', 'frame'])
    await clock.advance(150)
    frame.end(restored)
    await expect(end).resolves.toEqual(restored)
    // By then it finds what is here, and has not brought it.
    tab.end(restored)
    await clock.advance(10)
    expect(reports).toEqual([
      { rung: 'tab', outcome: 'nothing', tookMs: 0 },
      { rung: 'frame', outcome: 'restored', tookMs: 150 },
    ])
  })

  it('is what counts where it finds the session first, and stops the other', async () => {
    const { end, tab, reports, clock } = climbBoth()
    await clock.advance(20)
    tab.end(restored)
    await expect(end).resolves.toEqual(restored)
    expect(reports.slice(1)).toEqual([
      { rung: 'tab', outcome: 'restored', tookMs: 20 },
      { rung: 'frame', outcome: 'nothing', tookMs: 20 },
    ])
    expect(clock.timerCount()).toBe(0)
  })

  it.each<[string, RungResult, RungResult, RungResult]>([
    ['nobody is signed in there', signedOut, restored, restored],
    ['nobody is signed in there, nor here', signedOut, nothing, signedOut],
    ['it is left alone', { outcome: 'skipped', why: 'cross_site' }, restored, restored],
    ['it fails', { outcome: 'failed', error }, restored, restored],
    ['it has nothing', nothing, nothing, leaving],
  ])('is waited for where the next one has no session: %s', async (_, ofFrame, ofTab, expected) => {
    const { end, climbed, tab, frame, clock } = climbBoth()
    let isSettled = false
    void end.then(() => {
      isSettled = true
    })
    frame.end(ofFrame)
    await clock.advance(100)
    // Nor does the page leave while another tab may still answer.
    expect([isSettled, climbed]).toEqual([false, ['tab', 'frame']])
    tab.end(ofTab)
    await expect(end).resolves.toEqual(expected)
  })

  it('has its time, like any other', async () => {
    const { end, frame, clock } = climbBoth()
    frame.end(signedOut)
    await clock.advance(2000)
    await expect(end).resolves.toEqual(signedOut)
  })

  it('does not take the place of a session that the next one has found by then, and cannot give back', async () => {
    let find = (): void => undefined
    const { end, clock } = climb([
      { name: 'tab', isUnlikely: true, climb: giving(restored) },
      {
        name: 'frame',
        climb: () =>
          new Promise((resolve) => {
            find = () => resolve(other)
          }),
      },
    ])
    await clock.advance(10)
    find()
    await expect(end).resolves.toEqual(other)
  })

  it('is waited for where it is the last, or the session is not wanted any more', async () => {
    await expect(climb([{ name: 'tab', isUnlikely: true, climb: giving(restored) }]).end).resolves.toEqual(
      restored,
    )
    let asked = 0
    const { end, climbed } = climb(
      [
        { name: 'tab', isUnlikely: true, climb: giving(nothing) },
        { name: 'redirect', climb: giving(leaving) },
      ],
      () => ++asked < 2,
    )
    await expect(end).resolves.toEqual(nothing)
    expect(climbed).toEqual(['tab'])
  })
})

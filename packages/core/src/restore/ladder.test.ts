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
  rungs: readonly { name: RungName; patienceMs?: number; climb: Rung['climb'] }[],
  isWanted: () => boolean = () => true,
): Climbing {
  const clock = createManualClock()
  const climbed: RungName[] = []
  const reports: RungReport[] = []
  const late: Session[] = []
  const end = climbLadder(
    rungs.map(({ name, patienceMs = 1000, climb: run }) => ({
      name,
      patienceMs,
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

import type { Happening } from './disturb.ts'
import type { Traffic } from './traffic.ts'

/** What a story is made of. */
export interface StorySources {
  readonly soakedAt: number
  readonly diary: readonly Happening[]
  readonly traffic: Traffic
  readonly ends: readonly { readonly at: number; readonly text: string }[]
}

const aroundMs = 12_000

/** What happened shortly before and after a moment, a line each, in seconds since the soak began. */
export function tellAround(at: number, { soakedAt, diary, traffic, ends }: StorySources): string {
  const lines = [
    ...diary.flatMap(({ what, startedAt, endedAt }) => [
      { at: startedAt, text: `${what} begins` },
      ...(endedAt === undefined ? [] : [{ at: endedAt, text: `${what} is over` }]),
    ]),
    ...traffic.requests.map(({ at, method, path, status, grantType = '' }) => ({
      at,
      text: `${method} ${path} ${status} ${grantType}`,
    })),
    ...traffic.reuses.map(({ at }) => ({ at, text: 'a refresh token is used again' })),
    ...ends,
  ]
  return lines
    .filter((line) => Math.abs(line.at - at) < aroundMs)
    .sort((one, other) => one.at - other.at)
    .map((line) => `${((line.at - soakedAt) / 1000).toFixed(2)} ${line.text}`)
    .join('\n')
}

import { expect, it } from 'vitest'
import { describeScores, scoreOf } from './scores.mjs'

it('counts what was noticed, by a failure or by waiting for ever, against all that could run', () => {
  const results = ['Killed', 'Killed', 'Timeout', 'Survived', 'NoCoverage', 'RuntimeError', 'Ignored']
  const score = scoreOf(results.map((status) => ({ status })))
  expect(score).toEqual({ killed: 2, timeout: 1, survived: 1, noCoverage: 1 })
  expect(
    describeScores([{ name: 'vault', atLeast: 85, ...score }])
      .split('\n')
      .at(-1),
  ).toMatch(/vault +5 +2 +1 +1 +1 +60\.0 % +85 %$/)
})

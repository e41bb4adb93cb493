import { describe, expect, it } from 'vitest'
import type { Result } from '../measure/all.ts'
import { ours, theirs } from './fake-results.ts'
import { tabs } from './measures.ts'
import { defeat, isFirst } from './ranking.ts'
import { cell } from './tables.ts'
import { verdict } from './verdict.ts'

describe('what the figures say of Latchkey', () => {
  it('is that it is first where it is, with one of its keepers', () => {
    const results = [ours({ refreshes: 3 }), ours({ refreshes: 1 }), theirs({ refreshes: 2 })]
    expect(defeat(tabs, results)).toBeUndefined()
    expect(verdict(results)).not.toContain('six tabs')
  })

  it('is who is ahead where it is not, the first one first', () => {
    const results = [
      ours({ refreshes: 9 }),
      theirs({ title: 'second', refreshes: 2 }),
      theirs({ title: 'first', refreshes: 1 }),
    ]
    expect(verdict(results)).toContain(
      '- **refreshes when six tabs meet an expired token**: Latchkey 9; ahead: first 1, second 2',
    )
  })

  it('is nothing about who has no figure', () => {
    const results = [ours({ refreshes: 9 }), theirs({ refreshes: undefined })]
    expect(defeat(tabs, results)).toBeUndefined()
    expect(cell(tabs, results[1] as Result, results, { absent: 'none' })).toBe('none')
  })

  it('takes figures that are less than 5 % apart for equal', () => {
    const results = [ours({ refreshes: 104 }), theirs({ refreshes: 100 })]
    expect(results.map((result) => isFirst(tabs, result, results))).toEqual([true, true])
    const apart = [ours({ refreshes: 106 }), theirs({ refreshes: 100 })]
    expect(apart.map((result) => cell(tabs, result, apart))).toEqual(['106', '**100**'])
  })
})

import { expect, it } from 'vitest'
import { median } from './median.ts'

it('the median stands in the middle, or between the two that do', () => {
  expect(median([9, 1, 100])).toBe(9)
  expect(median([10, 1, 2, 100])).toBe(6)
  expect(median([7])).toBe(7)
})

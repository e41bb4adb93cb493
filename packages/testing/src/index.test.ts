import { expect, it } from 'vitest'
import * as testing from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(testing).sort()).toEqual(['createTestAuth', 'testUser'])
})

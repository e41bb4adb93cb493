import { expect, it } from 'vitest'
import * as popup from './index.ts'

it('exports these names and no others', () => {
  expect(Object.keys(popup).sort()).toEqual([
    'holdSession',
    'loginWithPopup',
    'reauthenticate',
    'switchTo',
    'withStepUp',
  ])
})

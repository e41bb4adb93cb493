import { expect, it } from 'vitest'
import { withMissingEngines } from './missing-engines.mjs'

const found = { passed: 8, failed: 0, skipped: ['a journey'], output: 'what ran' }
const webkit = { title: 'WebKit', advice: 'Install it.' }

it('skips the journeys of an engine that is not here, and says how to get it', () => {
  const skipped = ['a journey', 'the journeys in WebKit, which is not here. Install it.']
  expect(withMissingEngines(found, [webkit], {})).toEqual({ ...found, skipped })
})

it('counts it as a failure where every engine is required', () => {
  const result = withMissingEngines(found, [webkit], { requireEngines: true })
  expect(result).toMatchObject({ passed: 8, failed: 1, skipped: ['a journey'] })
  expect(result.output).toMatch(/what ran\nRequired: .*WebKit.* Install it\./)
})

it('has nothing to add where every engine is here', () => {
  expect(withMissingEngines(found, [], {})).toEqual(found)
  expect(withMissingEngines(found, [], { requireEngines: true })).toEqual(found)
})

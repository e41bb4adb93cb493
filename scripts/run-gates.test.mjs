import { expect, it } from 'vitest'
import { verdict } from './gates/gate.mjs'
import { describeTotals } from './report.mjs'
import { runGates } from './run-gates.mjs'
import { selectGates } from './select-gates.mjs'

/** @typedef {import('./gates/gate.mjs').Gate} Gate */

/** @type {Gate} */
const good = { name: 'good', about: '', run: async () => verdict(true, '') }
/** @type {Gate} */
const bad = { name: 'bad', about: '', run: () => Promise.reject(new Error('no')) }
/** @type {Gate} */
const later = { name: 'later', about: '', needs: ['bad'], run: async () => verdict(true, '') }
/** @type {Gate} */
const suite = {
  name: 'suite',
  about: '',
  run: async () => ({ passed: 7, failed: 2, skipped: ['a journey'] }),
}

const context = { folder: '', signal: new AbortController().signal }

/** @param {Gate[]} gates */
async function totals(gates) {
  const stages = gates.map((gate) => [gate])
  return describeTotals(await runGates(stages, new Set(gates), context, () => {}))
}

it('counts a gate as one and a suite by its tests, and goes on after a failure', async () => {
  expect((await totals([bad, good, suite])).split('\n').at(-1)).toBe('8 passed, 3 failed')
})

it('counts a gate as failed when one that it needs has failed', async () => {
  expect(await totals([bad, later])).toContain('0 passed, 2 failed')
})

it('names what was skipped', async () => {
  expect(await totals([suite])).toContain('a journey')
})

it('selects the gates that were asked for with those they need', () => {
  expect([...selectGates([good, bad, later], ['later'])]).toEqual([later, bad])
})

it('refuses a gate that does not exist', () => {
  expect(() => selectGates([good], ['god'])).toThrow('There is no gate god. There are: good.')
})

import { expect, it } from 'vitest'
import { readNumber } from './command-line.mjs'
import { run } from './run.mjs'

it.each([
  ['test', '--nonsense'],
  ['test', '--only nonsense'],
  ['mutate', '--nonsense'],
  ['mutate', '--concurrency two'],
  ['mutate', 'nonsense'],
  ['soak', '--nonsense'],
  ['soak', '--minutes abc'],
  ['soak', '--seed 1.5'],
  ['bench', '--nonsense'],
  ['bench', '--rounds 0'],
  ['release', '--nonsense'],
])('%s says in one line what is wrong with %s, and runs nothing', async (command, flags) => {
  const { code, stdout, output } = await run(process.execPath, [
    `scripts/${command}.mjs`,
    ...flags.split(' '),
  ])
  expect(code).toBe(1)
  expect(stdout).toBe('')
  expect(output.trimEnd().split('\n')).toEqual([expect.stringContaining(flags.split(' ').at(-1) ?? '')])
})

it('takes a number that is one, within its bounds', () => {
  expect(readNumber('--minutes', '0.5')).toBe(0.5)
  expect(readNumber('--rounds', '3', { atLeast: 1, isWhole: true })).toBe(3)
  expect(readNumber('--seed', '0', { atLeast: 0, isWhole: true })).toBe(0)
})

it.each(['', ' ', 'abc', '0', '-1', 'Infinity', 'NaN'])('takes "%s" for no number of minutes', (text) => {
  expect(() => readNumber('--minutes', text)).toThrow(`--minutes must be a number above 0; it is "${text}".`)
})

it.each(['', '0', '1.5', '1e99'])('takes "%s" for no number of rounds', (text) => {
  expect(() => readNumber('--rounds', text, { atLeast: 1, isWhole: true })).toThrow(
    `--rounds must be a whole number from 1 on; it is "${text}".`,
  )
})

import { expect, it } from 'vitest'
import { readCommandLine } from './command-line.ts'
import { asksForHelp, buildHelp } from './command-line-help.ts'
import { settings } from './settings.ts'

it('lists every flag that the command line takes, with its variable', () => {
  const help = buildHelp()

  expect(Object.values(settings)).toHaveLength(8)
  for (const { flag, variable } of Object.values(settings)) {
    expect(help).toMatch(new RegExp(`^ {2}--${flag} <\\w+> +${variable} {2}`, 'm'))
    const value = flag === 'host' ? 'localhost' : '1'
    expect(() => readCommandLine([`--${flag}`, value], {})).not.toThrow()
  }
})

it('is shown to whoever asks for it, whatever else they say', () => {
  expect(asksForHelp(['--port=1', '--help'])).toBe(true)
  expect(asksForHelp(['-h'])).toBe(true)
  expect(asksForHelp(['--port=1'])).toBe(false)
})

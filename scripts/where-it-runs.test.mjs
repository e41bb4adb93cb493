import { expect, it } from 'vitest'
import { describeWhereItRuns } from './where-it-runs.mjs'

it('puts every server and everybody who can sign in on a line of their own', () => {
  const text = describeWhereItRuns({
    servers: { Demo: 'http://localhost:1', 'Payments API': 'http://localhost:2' },
    users: ['alice / a', 'bob / b'],
  })

  expect(text.split('\n')).toEqual([
    '',
    '  Demo           http://localhost:1',
    '  Payments API   http://localhost:2',
    '',
    '  Sign in as     alice / a',
    '                 bob / b',
    '',
    '  Stop it with Ctrl-C.',
    '',
  ])
})

import { expect, it } from 'vitest'
import { judgeAudit } from './audit.mjs'

/** @param {unknown} report */
const failedWith = (report) => {
  const stdout = JSON.stringify(report)
  return judgeAudit({ code: 1, stdout, output: stdout })
}

it('passes where nothing is known against what is installed', () => {
  expect(judgeAudit({ code: 0, stdout: '{}', output: '{}' })).toMatchObject({ passed: 1, failed: 0 })
})

it('fails where something is, and where npm ends in another way than it is known to', () => {
  expect(failedWith({ vulnerabilities: { oauth4webapi: { severity: 'high' } } }).failed).toBe(1)
  expect(failedWith({ error: { code: 'ENOLOCK' }, message: 'This command requires a lockfile' }).failed).toBe(
    1,
  )
  expect(judgeAudit({ code: 1, stdout: '', output: 'npm broke down' }).failed).toBe(1)
})

it.each([
  [
    { message: '405 Method Not Allowed - POST https://registry.example/a', statusCode: 405, error: {} },
    '405 Method Not Allowed',
  ],
  [{ message: 'connect ECONNREFUSED 127.0.0.1:9', error: { summary: '' } }, 'ECONNREFUSED'],
])('neither passes nor fails where the registry does not say, and names it: %j', (report, reason) => {
  const { passed, failed, skipped } = failedWith(report)
  expect({ passed, failed }).toEqual({ passed: 0, failed: 0 })
  expect(skipped).toEqual([expect.stringContaining(reason)])
  expect(skipped).not.toEqual([expect.stringContaining('https:')])
})

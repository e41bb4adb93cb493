import { runInPage } from './run-in-page.ts'
import { expect, test } from './test.ts'

test('what goes wrong in a page is found, even while it is left, as after every journey', async ({
  tab,
  demo,
  problems,
}) => {
  const found = () => [...problems.find()].sort()
  await tab.goto(demo.url)
  expect(found()).toEqual([])
  await runInPage(tab, goWrong)
  const problemsOfPage = [
    expect.stringMatching(/^assert: an assertion/),
    expect.stringMatching(/^error: an error \{"of":"the test"\}/),
    expect.stringMatching(/^error: policy violated: img-src by https:\/\/elsewhere.example\//),
    expect.stringMatching(/^uncaught: RangeError: rejected/),
    expect.stringMatching(/^uncaught: TypeError: thrown/),
    expect.stringMatching(/^warning: a warning/),
  ]
  await expect.poll(found).toEqual(problemsOfPage)

  await tab.goto(`${demo.url}/no-such-page`)
  await expect.poll(found).toEqual([...problemsOfPage, expect.stringMatching(/^warning: left/)])
  problems.allow(/./)
})

/** Runs in a page of the demo. */
function goWrong(): null {
  console.info('no problem')
  console.warn('a warning')
  console.error('an error', { of: 'the test' })
  console.assert(false, 'an assertion')
  setTimeout(() => {
    throw new TypeError('thrown')
  })
  void Promise.reject(new RangeError('rejected'))
  document.body.append(Object.assign(new Image(), { src: 'https://elsewhere.example/pixel.png' }))
  addEventListener('pagehide', () => console.warn('left'))
  return null
}

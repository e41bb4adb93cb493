import { describe, expect, it } from 'vitest'
import { parseSilentAnswer } from './silent-answer.ts'

const answer = { latchkey: 'silent-callback', url: 'https://app.example/silent?code=C&state=S' }

describe('the answer in a message from a frame or a window', () => {
  it('is the URL of the page that got it', () => {
    expect(parseSilentAnswer(answer)).toBe(answer.url)
  })

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['text', answer.url],
    ['of somebody else', { ...answer, latchkey: 'another' }],
    ['of nobody', { url: answer.url }],
    ['without a URL', { latchkey: answer.latchkey }],
    ['of a URL that is no text', { ...answer, url: [answer.url] }],
  ])('is not in one that is %s', (_, message) => {
    expect(parseSilentAnswer(message)).toBeUndefined()
  })
})

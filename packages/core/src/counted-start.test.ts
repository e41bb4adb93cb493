import { describe, expect, it } from 'vitest'
import { createCountedStart } from './counted-start.ts'

function createCounted(): { start: () => () => void; log: string[] } {
  const log: string[] = []
  const start = createCountedStart(() => {
    log.push('begin')
    return () => void log.push('end')
  })
  return { start, log }
}

describe('a counted start', () => {
  it('does nothing when it is made', () => {
    expect(createCounted().log).toEqual([])
  })

  it('begins with the first and ends with the last, in whatever order they stop', () => {
    const { start, log } = createCounted()
    const [first, second, third] = [start(), start(), start()]
    second()
    first()
    expect(log).toEqual(['begin'])
    third()
    expect(log).toEqual(['begin', 'end'])
  })

  it('counts one stop once, however often it is called', () => {
    const { start, log } = createCounted()
    const first = start()
    const second = start()
    first()
    first()
    first()
    expect(log).toEqual(['begin'])
    second()
    second()
    expect(log).toEqual(['begin', 'end'])
  })

  it('begins and ends again and again, as StrictMode has it', () => {
    const { start, log } = createCounted()
    for (let round = 0; round < 3; round++) start()()
    expect(log).toEqual(['begin', 'end', 'begin', 'end', 'begin', 'end'])
  })

  it('is not stopped by a stop of an earlier round', () => {
    const { start, log } = createCounted()
    const earlier = start()
    earlier()
    start()
    earlier()
    expect(log).toEqual(['begin', 'end', 'begin'])
  })

  it('can be tried again where it could not begin', () => {
    let isReady = false
    const start = createCountedStart(() => {
      if (!isReady) throw new Error('not yet')
      return () => undefined
    })
    expect(start).toThrow('not yet')
    isReady = true
    expect(start).not.toThrow()
  })
})

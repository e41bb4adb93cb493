import { describe, expect, it } from 'vitest'
import { runWhile } from './run-while.ts'

/** Something that is run while it is wanted, and what happened to it. */
function createScene(isWanted: boolean) {
  const log: string[] = []
  const listeners = new Set<() => void>()
  const scene = {
    log,
    isWanted,
    listenerCount: () => listeners.size,
    want(isNow: boolean) {
      scene.isWanted = isNow
      for (const listener of listeners) listener()
    },
    run: (began = (): void => undefined) =>
      runWhile(
        {
          isWanted: () => scene.isWanted,
          onChanged(listener) {
            listeners.add(listener)
            return () => void listeners.delete(listener)
          },
        },
        () => {
          log.push('begin')
          began()
          return () => void log.push('end')
        },
      ),
  }
  return scene
}

describe('what runs while it is wanted', () => {
  it('begins at once where it is, and otherwise with the wish', () => {
    const wanted = createScene(true)
    wanted.run()
    expect(wanted.log).toEqual(['begin'])
    const unwanted = createScene(false)
    unwanted.run()
    expect(unwanted.log).toEqual([])
    unwanted.want(true)
    expect(unwanted.log).toEqual(['begin'])
  })

  it('runs once, however often it is wanted, and begins anew after an end', () => {
    const { run, want, log } = createScene(true)
    run()
    want(true)
    expect(log).toEqual(['begin'])
    want(false)
    want(false)
    expect(log).toEqual(['begin', 'end'])
    want(true)
    expect(log).toEqual(['begin', 'end', 'begin'])
  })

  it('ends where its own beginning has made it unwanted', () => {
    const scene = createScene(true)
    scene.run(() => {
      scene.isWanted = false
    })
    expect(scene.log).toEqual(['begin', 'end'])
  })

  it('is stopped for good, and once', () => {
    const { run, want, log, listenerCount } = createScene(true)
    const stop = run()
    stop()
    stop()
    want(true)
    expect(log).toEqual(['begin', 'end'])
    expect(listenerCount()).toBe(0)
  })
})

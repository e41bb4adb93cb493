import { describe, expect, it } from 'vitest'
import { createLiveLink } from './live-link.ts'

interface Link {
  readonly name: number
  isAlive(): boolean
}

/** Links that are told apart by number, and die when they are told to. */
function createLinks(fails: (name: number) => boolean = () => false) {
  const dead = new Set<number>()
  let made = 0
  const live = createLiveLink<Link>(async () => {
    const name = ++made
    if (fails(name)) throw new Error(`No link ${name}.`)
    return { name, isAlive: () => !dead.has(name) }
  })
  return { ...live, made: () => made, die: (name: number) => dead.add(name) }
}

describe('a way to somebody who may stop answering', () => {
  it('is made by whoever needs it first, and is one for all', async () => {
    const { reach, latest, made } = createLinks()
    expect([latest(), made()]).toEqual([undefined, 0])
    const links = await Promise.all([reach(), reach(), latest()])
    expect(links.map((link) => link?.name)).toEqual([1, 1, 1])
    expect((await reach()).name).toBe(1)
    expect(made()).toBe(1)
  })

  it('is made anew where it is dead, once for all who need it then', async () => {
    const { reach, latest, made, die } = createLinks()
    await reach()
    die(1)
    expect((await latest())?.name).toBe(1)
    const links = await Promise.all([reach(), reach(), reach()])
    expect(links.map(({ name }) => name)).toEqual([2, 2, 2])
    die(2)
    expect((await reach()).name).toBe(3)
    expect(made()).toBe(3)
  })

  it('is tried again by the next who needs it, where it could not be made', async () => {
    const { reach, latest, die } = createLinks((name) => name === 1 || name === 3)
    await expect(reach()).rejects.toThrow('No link 1.')
    expect(latest()).toBeUndefined()
    expect((await reach()).name).toBe(2)
    die(2)
    await expect(reach()).rejects.toThrow('No link 3.')
    expect((await reach()).name).toBe(4)
  })
})

import { describe, expect, it } from 'vitest'
import { createFakeBrowser } from '../../test/fake-browser.ts'
import { createManualClock } from '../../test/manual-clock.ts'
import { createKeyRing } from './key-ring.ts'

const clock = createManualClock()

describe('the keys of a client', () => {
  it('are found by pages that come later, and still cannot be read (STO-03)', async () => {
    const { openDurable } = createFakeBrowser()
    const ring = createKeyRing(openDurable('a'), clock)
    const key = await ring.create()
    expect(ring.isKept(key.thumbprint)).toBe(true)
    const found = await createKeyRing(openDurable('a'), clock).find(key.thumbprint)
    expect(found?.thumbprint).toBe(key.thumbprint)
    expect(found?.keyPair.privateKey.extractable).toBe(false)
  })

  it('are not found by another client, nor once they are forgotten (STO-05)', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const ring = createKeyRing(openDurable('a'), clock)
    const key = await ring.create()
    expect(await createKeyRing(openDurable('b'), clock).find(key.thumbprint)).toBeUndefined()
    await ring.forget(key.thumbprint)
    expect(durable.get('a')?.size).toBe(0)
    expect(ring.isKept(key.thumbprint)).toBe(false)
    expect(await createKeyRing(openDurable('a'), clock).find(key.thumbprint)).toBeUndefined()
    // Whoever has it at hand, for a last request, has it still.
    expect(await ring.find(key.thumbprint)).toBeDefined()
  })

  it('are not kept again by a session that goes on with one that was forgotten (STO-05)', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const ring = createKeyRing(openDurable('a'), clock)
    const { thumbprint } = await ring.create()
    await ring.forget(thumbprint)
    await ring.use(thumbprint)
    expect(durable.get('a')?.size).toBe(0)
  })

  it('are kept from the page that has found one on, as from the one that made it', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const { thumbprint } = await createKeyRing(openDurable('a'), clock).create()
    const later = createKeyRing(openDurable('a'), clock)
    expect(later.isKept(thumbprint)).toBe(false)
    await later.find(thumbprint)
    expect(later.isKept(thumbprint)).toBe(true)
    await later.use(thumbprint)
    expect(durable.get('a')?.get(`key.${thumbprint}`)).toMatchObject({ isUsed: true })
    // It is at hand from then on, whatever becomes of the storage.
    durable.get('a')?.clear()
    expect((await later.find(thumbprint))?.thumbprint).toBe(thumbprint)
  })

  it('are in memory alone where nothing can be kept (STO-06)', async () => {
    const { openDurable, blockDurable } = createFakeBrowser()
    blockDurable()
    const ring = createKeyRing(openDurable('a'), clock)
    const key = await ring.create()
    expect(ring.isKept(key.thumbprint)).toBe(false)
    expect(await ring.find(key.thumbprint)).toBe(key)
    await expect(ring.forget(key.thumbprint)).resolves.toBeUndefined()
    expect(await createKeyRing(openDurable('a'), clock).find(key.thumbprint)).toBeUndefined()
  })

  it.each([
    ['damaged', 'text'],
    ['of another shape', { keyPair: { publicKey: 1 } }],
    ['empty', undefined],
  ])('are not found where what is kept is %s', async (_, value) => {
    const { openDurable } = createFakeBrowser()
    const store = openDurable('a')
    await store.set('key.x', value)
    expect(await createKeyRing(store, clock).find('x')).toBeUndefined()
  })

  it('are not found under the name of another', async () => {
    const { openDurable } = createFakeBrowser()
    const store = openDurable('a')
    const key = await createKeyRing(store, clock).create()
    await store.set('key.other', await store.get(`key.${key.thumbprint}`))
    expect(await createKeyRing(store, clock).find('other')).toBeUndefined()
  })

  it('do not pile up where sign-ins are abandoned: the oldest go, and nothing else does', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const store = openDurable('a')
    await store.set('something else', 1)
    const first = await createKeyRing(store, clock).create()
    for (let count = 0; count < 21; count++) {
      await clock.advance(1)
      await createKeyRing(store, clock).create()
    }
    const names = [...(durable.get('a')?.keys() ?? [])]
    expect(names).toHaveLength(21)
    expect(names).toContain('something else')
    expect(names).not.toContain(`key.${first.thumbprint}`)
  })

  it('take nothing with them that is kept beside them, however much that is', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const store = openDurable('a')
    for (let count = 0; count < 45; count++) await store.set(`session.${count}`, { at: 0 })
    const { thumbprint } = await createKeyRing(store, clock).create()
    expect(durable.get('a')?.size).toBe(46)
    expect(durable.get('a')?.has(`key.${thumbprint}`)).toBe(true)
  })

  it.each([
    ['are the oldest', 1_000_000_000_000],
    ['do not say how old they are', 'yesterday'],
  ])('that %s go first, wherever they stand', async (_, at) => {
    const { openDurable, durable } = createFakeBrowser()
    const store = openDurable('a')
    const create = async (): Promise<string> =>
      `key.${(await createKeyRing(store, clock).create()).thumbprint}`
    const names: string[] = []
    for (let count = 0; count < 20; count++) names.push(await create())
    const [, , , damaged = ''] = names
    await store.set(damaged, { ...((await store.get(damaged)) as object), at })
    names.push(await create())
    const left = [...(durable.get('a')?.keys() ?? [])]
    expect(names.filter((name) => !left.includes(name))).toEqual([damaged])
  })

  it('outlive abandoned sign-ins where a session goes by them, and do not pile up either', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const ring = createKeyRing(openDurable('a'), clock)
    const create = async (): Promise<string> => {
      await clock.advance(1)
      return (await ring.create()).thumbprint
    }
    const used = await create()
    await ring.use(used)
    for (let count = 0; count < 21; count++) await create()
    expect([...(durable.get('a')?.keys() ?? [])]).toContain(`key.${used}`)
    for (let count = 0; count < 21; count++) await ring.use(await create())
    const names = [...(durable.get('a')?.keys() ?? [])]
    expect(names).not.toContain(`key.${used}`)
    expect(names.length).toBeLessThanOrEqual(40)
    await ring.use('never made')
    expect([...(durable.get('a')?.keys() ?? [])]).toEqual(names)
  })

  it('outlive them too where a version has kept them that did not say which a session goes by', async () => {
    const { openDurable, durable } = createFakeBrowser()
    const store = openDurable('a')
    const { thumbprint } = await createKeyRing(store, clock).create()
    const name = `key.${thumbprint}`
    const { isUsed: _, ...older } = (await store.get(name)) as Record<string, unknown>
    await store.set(name, older)
    for (let count = 0; count < 25; count++) {
      await clock.advance(1)
      await createKeyRing(store, clock).create()
    }
    expect([...(durable.get('a')?.keys() ?? [])]).toContain(name)
    expect(durable.get('a')?.size).toBe(21)
  })
})

/**
 * As Rollup, and Rolldown in Vite, tell of a file that they wrote.
 *
 * @typedef {object} OutputChunk
 * @property {'chunk'} type
 * @property {string} fileName
 * @property {string} code
 * @property {boolean} isEntry
 * @property {string[]} imports
 * @property {string[]} dynamicImports
 * @property {Record<string, { renderedLength: number }>} modules
 */

/** A plugin that notes which modules are loaded on demand: a chunk that holds several does not say so. */
export function noteEntered() {
  /** @type {Set<string>} */
  const entered = new Set()
  return {
    entered,
    plugin: {
      name: 'note-entered',
      /** @this {{ getModuleIds(): Iterable<string>, getModuleInfo(id: string): { dynamicImporters: readonly string[] } | null }} */
      buildEnd() {
        for (const id of this.getModuleIds()) {
          if (this.getModuleInfo(id)?.dynamicImporters.length) entered.add(id)
        }
      },
    },
  }
}

/**
 * @param {readonly (OutputChunk | { type: 'asset' })[]} output
 * @param {ReadonlySet<string>} entered
 * @returns {import('./bundler.mjs').BuiltChunk[]}
 */
export function fromRollup(output, entered) {
  return output
    .filter((part) => part.type === 'chunk')
    .map(({ fileName, code, isEntry, imports, dynamicImports, modules }) => ({
      fileName,
      code,
      isEntry,
      imports,
      dynamicImports,
      entered: Object.keys(modules).filter((id) => entered.has(id)),
      modules: Object.fromEntries(
        Object.entries(modules)
          .map(([id, { renderedLength }]) => /** @type {const} */ ([id, renderedLength]))
          .filter(([, length]) => length > 0),
      ),
    }))
}

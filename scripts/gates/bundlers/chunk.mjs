/**
 * A file of a bundle, whichever bundler wrote it.
 *
 * @typedef {object} Chunk
 * @property {string} fileName
 * @property {number} bytes minified, and compressed with Brotli
 * @property {boolean} isEntry
 * @property {string[]} imports what runs before it: the names of chunks, and of what was left to the app
 * @property {string[]} dynamicImports the chunks it loads on demand
 * @property {string[]} entered the modules that somebody loads on demand and finds here
 * @property {Record<string, number>} modules whose code is in it, and their lengths
 */

/**
 * An entry, everything it loads before it runs, and what it loads later where `isLoaded` says so.
 *
 * @param {readonly Chunk[]} chunks
 * @param {(path: string) => boolean} isLoaded gets the module that is loaded later
 */
export function loadedChunks(chunks, isLoaded) {
  const loaded = new Set(chunks.filter(({ isEntry }) => isEntry))
  for (const { imports, dynamicImports } of loaded) {
    for (const chunk of chunks) {
      const isLater = dynamicImports.includes(chunk.fileName) && chunk.entered.some(isLoaded)
      if (imports.includes(chunk.fileName) || isLater) loaded.add(chunk)
    }
  }
  return [...loaded]
}

/**
 * What chunks hold and want: modules and packages, without the folder that they are installed in.
 *
 * @param {readonly Chunk[]} chunks
 */
export function contents(chunks) {
  const names = new Set(chunks.map(({ fileName }) => fileName))
  return [
    ...new Set(
      chunks.flatMap(({ modules, imports }) => [
        ...Object.keys(modules).map(shortPath),
        ...imports.filter((name) => !names.has(name)),
      ]),
    ),
  ].sort()
}

/**
 * A module without the folder that it is installed in, and without the mark of those that a bundler makes up.
 *
 * @param {string} path
 */
export function shortPath(path) {
  return (path.split('node_modules/').at(-1) ?? path).replace('\0', '')
}

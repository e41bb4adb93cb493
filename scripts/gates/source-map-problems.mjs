/**
 * What stands against the policy on source maps: each file of code comes with a map that holds its source, so that a
 * stack trace and a debugger show what was written; types come without, for the sources that theirs would lead to are
 * not packed. No map names a folder of the machine that built it.
 *
 * @param {readonly string[]} files
 * @param {(file: string) => string} read
 * @returns {string[]}
 */
export function sourceMapProblems(files, read) {
  const code = files.filter((file) => file.endsWith('.js'))
  return [
    ...files.filter((file) => file.endsWith('.d.ts.map')).map((file) => `${file} leads to no source`),
    ...code.flatMap((file) => {
      const map = read(`${file}.map`)
      // A file that only hands on what others have is not mapped, nor is what the bundler wrote.
      if (!map)
        return read(file).includes('sourceMappingURL') ? [`${file} names a map that is not packed`] : []

      /** @type {{ sources: string[], sourcesContent?: (string | null)[] }} */
      const { sources, sourcesContent = [] } = JSON.parse(map)
      const isComplete = sources.length > 0 && sources.every((_, index) => sourcesContent[index])
      const strays = sources.filter((source) => !/^(\.\.\/)+src\/[\w./-]+$/.test(source))
      return [
        ...(isComplete ? [] : [`${file}.map holds no source`]),
        ...strays.map((source) => `${file}.map names ${source}, which is no source of this package`),
      ]
    }),
  ]
}

/**
 * A file of code found in a text. Its lines stand where they stand in the text, so that an error tells the right one.
 *
 * @typedef {{ name: string, code: string }} Snippet
 */

/**
 * The TypeScript blocks of a Markdown text, each a module. `<!-- snippet: auth.ts -->` on the line above a block
 * names the module, so that others can import it; blocks of one name are one module.
 *
 * @param {string} text
 * @returns {Snippet[]}
 */
export function markdownSnippets(text) {
  /** @type {Map<string, string[]>} */
  const modules = new Map()
  /** @type {string | undefined} */
  let name
  /** @type {string[] | undefined} */
  let open
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*```(\w*)/.exec(line)
    if (open) {
      if (fence) open = undefined
      else open[index] = line
    } else if (fence) {
      const kind = /** @type {string} */ (fence[1])
      open = []
      if (kind === 'ts' || kind === 'tsx') {
        const module = name ?? `line-${index + 1}.${kind}`
        open = modules.get(module) ?? open
        modules.set(module, open)
      }
      name = undefined
    } else {
      name = /^\s*<!-- snippet: (\S+) -->/.exec(line)?.[1]
    }
  }
  return [...modules].map(([module, lines]) => ({
    name: module,
    code: Array.from(lines, (line) => line ?? '').join('\n'),
  }))
}

/**
 * The TypeScript blocks in the documentation comments of a source file, each a module.
 *
 * @param {string} source
 * @returns {Snippet[]}
 * @throws Error when an `@example` has no such block
 */
export function docstringSnippets(source) {
  const text = documentation(source)
  const found = markdownSnippets(text)
  const examples = text.match(/@example\b/g)?.length ?? 0
  if (examples > found.length)
    throw new Error(`${examples} @example tags, but ${found.length} \`\`\`ts blocks`)
  return found
}

/**
 * The text of a source file's documentation comments, each line in its place.
 *
 * @param {string} source
 */
function documentation(source) {
  let isInside = false
  return source
    .split('\n')
    .map((line) => {
      isInside ||= /^\s*\/\*\*/.test(line)
      const text = isInside ? line.replace(/^\s*(\/\*)?\* ?/, '') : ''
      if (line.includes('*/')) isInside = false
      return text
    })
    .join('\n')
}

import { expect, it } from 'vitest'
import { docstringSnippets, markdownSnippets } from './extract-snippets.mjs'

it('takes each TypeScript block for a module whose lines keep their numbers', () => {
  const text = ['# Title', '```bash', 'npm start', '```', '```tsx', 'const a = <p />', '```'].join('\n')
  expect(markdownSnippets(text)).toEqual([{ name: 'line-5.tsx', code: '\n\n\n\n\nconst a = <p />' }])
})

it('names the module after the comment above its block, and joins blocks of one name', () => {
  const block = (/** @type {string} */ code) => `<!-- snippet: auth.ts -->\n\`\`\`ts\n${code}\n\`\`\``
  expect(markdownSnippets(`${block('const a = 1')}\ntext\n${block('const b = a')}`)).toEqual([
    { name: 'auth.ts', code: '\n\nconst a = 1\n\n\n\n\nconst b = a' },
  ])
})

it('takes the blocks of documentation comments only', () => {
  const source = [
    '/**',
    ' * @example',
    ' * ```ts',
    ' * const a = 1',
    ' * ```',
    ' */',
    'export const b = 2',
  ].join('\n')
  expect(docstringSnippets(source)).toEqual([{ name: 'line-3.ts', code: '\n\n\nconst a = 1' }])
})

it('refuses an example without code', () => {
  expect(() => docstringSnippets('/**\n * @example\n * Call it.\n */')).toThrow('1 @example tags, but 0')
})

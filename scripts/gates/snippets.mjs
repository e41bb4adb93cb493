import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { readJson, root } from '../root.mjs'
import { runTool } from '../run.mjs'
import { sources, workspaces } from '../workspaces.mjs'
import { docstringSnippets, markdownSnippets } from './extract-snippets.mjs'
import { verdict } from './gate.mjs'

/** The reader is taken to have made a client: a snippet may use `auth` without saying where it comes from. */
const prelude = `declare global {
  const auth: import('@latchkey/core').AuthClient
}
export {}
`

/** @type {import('./gate.mjs').Gate} */
export const snippets = {
  name: 'snippets',
  about: 'the code in each README and in each @example compiles',
  async run({ folder, signal }) {
    const project = join(folder, 'snippets')
    createProject(project)

    /** @type {string[]} */
    const problems = []
    let count = 0
    for (const { file, extract } of documents()) {
      try {
        const found = extract(readFileSync(join(root, file), 'utf8'))
        for (const { name, code } of found) write(join(project, file, name), code)
        count += found.length
      } catch (error) {
        problems.push(`${file}: ${error instanceof Error ? error.message : error}`)
      }
    }
    const { code, output } = await runTool('typescript', ['-p', '.'], { cwd: project, signal })
    return verdict(code === 0 && problems.length === 0, [...problems, output].join('\n'), `${count} modules`)
  },
}

/** Where snippets are, and how each kind of file holds them. */
function documents() {
  const packages = workspaces('packages')
  const readmes = ['README.md', ...packages.map((workspace) => `${workspace}/README.md`)]
  return [
    ...readmes.map((file) => ({ file, extract: markdownSnippets })),
    ...packages.flatMap((workspace) =>
      sources(workspace).map((file) => ({ file: `${workspace}/src/${file}`, extract: docstringSnippets })),
    ),
  ]
}

/**
 * A project that sees what a reader may have installed: the packages' sources, and what the demo, the examples and they
 * themselves are built and tested with.
 *
 * @param {string} project
 */
function createProject(project) {
  const compilerOptions = {
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    jsx: 'react-jsx',
    moduleDetection: 'force',
  }
  write(
    join(project, 'tsconfig.json'),
    JSON.stringify({ extends: join(root, 'tsconfig.base.json'), compilerOptions }),
  )
  write(join(project, 'prelude.ts'), prelude)
  for (const workspace of workspaces('packages')) {
    const { name } = readJson(`${workspace}/package.json`)
    link(join(root, workspace), join(project, 'node_modules', name))
  }
  for (const workspace of ['apps/demo', ...workspaces('packages'), ...workspaces('examples')]) {
    for (const name of installed(join(root, workspace, 'node_modules'))) {
      link(join(root, workspace, 'node_modules', name), join(project, 'node_modules', name))
    }
  }
}

/**
 * The names of the packages in a folder, with their scopes.
 *
 * @param {string} folder
 */
function installed(folder) {
  return readdirSync(folder).flatMap((name) => {
    if (name.startsWith('.')) return []
    return name.startsWith('@') ? readdirSync(join(folder, name)).map((part) => `${name}/${part}`) : [name]
  })
}

/**
 * The first to bring a package decides about its version.
 *
 * @param {string} target
 * @param {string} path
 */
function link(target, path) {
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(realpathSync(target), path, 'junction')
}

/**
 * @param {string} path
 * @param {string} text
 */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

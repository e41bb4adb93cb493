import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, posix } from 'node:path'
import { readJson, root } from '../root.mjs'
import { sources, workspaces } from '../workspaces.mjs'
import { consumerApp } from './consumer-app.mjs'
import { verdict } from './gate.mjs'
import { manifestProblems } from './manifest-problems.mjs'
import { sourceMapProblems } from './source-map-problems.mjs'

const updateCommand = 'npm test -- --only contents --update'

/** @type {import('./gate.mjs').Gate} */
export const contents = {
  name: 'contents',
  about: `each package holds the files of its list, its licence and a manifest that tells it all (after a change: ${updateCommand})`,
  needs: ['pack'],
  async run({ folder, update }) {
    const licence = readFileSync(join(root, 'LICENSE'), 'utf8')
    const problems = workspaces('packages').flatMap((workspace) => {
      const { name } = readJson(`${workspace}/package.json`)
      const installed = join(consumerApp(folder), 'node_modules', name)
      const files = readdirSync(installed, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(installed.length + 1)
            .replaceAll('\\', '/'),
        )
      const read = (/** @type {string} */ file) =>
        files.includes(file) ? readFileSync(join(installed, file), 'utf8') : ''
      return [
        ...listProblems(workspace, files, update === true),
        ...manifestProblems(JSON.parse(read('package.json')), files),
        ...sourceMapProblems(files, read),
        ...(read('LICENSE') === licence ? [] : ['its LICENSE is not the one of the repository']),
      ].map((problem) => `${name}: ${problem}`)
    })
    return verdict(problems.length === 0, problems.join('\n'))
  },
}

/**
 * Compares what is packed with the list that somebody has looked at.
 *
 * @param {string} workspace
 * @param {readonly string[]} files
 * @param {boolean} isUpdated writes the list first
 */
function listProblems(workspace, files, isUpdated) {
  const path = join(root, 'scripts/gates/packed-files', `${basename(workspace)}.txt`)
  const lines = listByFolder(workspace, files)
  if (isUpdated) writeFileSync(path, `${lines.join('\n')}\n`)
  const listed = existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
  const differences = [
    ...lines.filter((line) => !listed.includes(line)).map((line) => `packed, and not in its list: ${line}`),
    ...listed.filter((line) => !lines.includes(line)).map((line) => `in its list, and not packed: ${line}`),
  ]
  return differences.length > 0 ? [...differences, `if that is as it should be: ${updateCommand}`] : []
}

/**
 * One line for each folder of modules that are built of our sources, whatever there is of each in code, map and types,
 * and one for every other file. A change log comes with the first release.
 *
 * @param {string} workspace
 * @param {readonly string[]} files
 */
function listByFolder(workspace, files) {
  const built = new Set(sources(workspace).map((file) => `dist/${file.replace(/\.tsx?$/, '')}`))
  const lines = files
    .filter((file) => file !== 'CHANGELOG.md')
    .map((file) => {
      const module = file.replace(/\.(js|js\.map|d\.ts|d\.ts\.map)$/, '')
      return built.has(module) ? `${posix.dirname(module)}/*` : file
    })
  return [...new Set(lines)].sort()
}

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { findBrowser } from '../find-browser.mjs'
import { readJson, root } from '../root.mjs'
import { workspaces } from '../workspaces.mjs'
import { auditInstalled, findForeignPackages } from './audit.mjs'
import { installTarball, linkDependencies } from './consumer-app.mjs'
import { allSucceeded, verdict } from './gate.mjs'
import { runJourneys } from './journeys.mjs'
import { isRegistryReachable, npm } from './npm.mjs'
import { tarballOf } from './pack.mjs'

/** What an app has beside the packages, by the workspace that says which version. */
const forEveryApp = {
  '.': ['typescript'],
  'packages/react': ['react', 'react-dom', '@types/react', '@types/react-dom'],
}

/** An empty app of each kind, and how it is built once its types are checked. */
const kinds = [
  {
    kind: 'vite',
    build: 'vite build',
    dependencies: { ...forEveryApp, 'apps/demo': ['vite', '@vitejs/plugin-react'] },
  },
  { kind: 'esbuild', build: 'node build.mjs', dependencies: { ...forEveryApp, 'apps/demo': ['esbuild'] } },
]

/** @type {import('./gate.mjs').Gate} */
export const apps = {
  name: 'apps',
  about:
    'the packed packages, installed by npm into an empty Vite app and an empty esbuild app: types, builds, and sign-ins in a browser (Playwright)',
  needs: ['pack'],
  async run(context) {
    const folder = join(context.folder, 'apps')
    const installs = await Promise.all(kinds.map((app) => installApp(app, context.folder, context.signal)))
    const failed = allSucceeded(installs)
    if (failed.failed > 0) return failed

    const skipped = installs.flatMap(({ instead }) => instead ?? [])
    // What is linked brings no commands along.
    const path = [process.env.PATH, join(root, 'node_modules/.bin')].join(delimiter)
    const [audit, ...builds] = await Promise.all([
      skipped.length > 0 ? undefined : auditInstalled(join(folder, 'vite'), context.signal),
      ...kinds.map(({ kind }) =>
        npm(['run', 'build'], { cwd: join(folder, kind), env: { PATH: path }, signal: context.signal }),
      ),
    ])
    const foreign = skipped.length > 0 ? [] : findForeignPackages(join(folder, 'vite'))
    const built = allSucceeded(builds)
    if (built.failed > 0) return built
    if (foreign.length > 0) return verdict(false, foreign.join('\n'))
    if (audit?.failed) return audit

    const executable = await findBrowser(context.signal)
    const env = { LATCHKEY_BROWSER: executable, LATCHKEY_APPS: folder }
    const journeys = await runJourneys(['apps'], env, context)
    return {
      ...journeys,
      skipped: [...skipped, ...(audit?.skipped ?? []), ...(journeys.skipped ?? [])],
    }
  },
}

/**
 * Makes an app and installs what it needs: by npm, or where no registry answers by linking what this repository has.
 *
 * @param {(typeof kinds)[number]} app
 * @param {string} folder the temporary folder of the run
 * @param {AbortSignal} signal
 * @returns {Promise<{ code: number, output: string, instead?: string }>} `instead` says what did not happen
 */
async function installApp({ kind, build, dependencies }, folder, signal) {
  const app = join(folder, 'apps', kind)
  mkdirSync(app, { recursive: true })
  const fixtures = join(root, 'scripts/gates/consumer-apps')
  for (const part of ['shared', kind]) cpSync(join(fixtures, part), app, { recursive: true })

  const packages = Object.fromEntries(
    workspaces('packages').map((workspace) => [
      readJson(`${workspace}/package.json`).name,
      tarballOf(workspace, folder),
    ]),
  )
  const { '@latchkey/testing': testing, ...own } = packages
  const wanted = Object.entries(dependencies).flatMap(([workspace, names]) =>
    names.map((name) => /** @type {const} */ ([name, versionOf(workspace, name)])),
  )
  const isForUsers = (/** @type {string} */ name) => name === 'react' || name === 'react-dom'
  const manifest = {
    private: true,
    type: 'module',
    scripts: { build: `tsc -p . && ${build}` },
    dependencies: { ...own, ...Object.fromEntries(wanted.filter(([name]) => isForUsers(name))) },
    devDependencies: {
      '@latchkey/testing': testing,
      ...Object.fromEntries(wanted.filter(([name]) => !isForUsers(name))),
    },
  }
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest, undefined, 2))

  const installed = await npm(['install', '--prefer-offline', '--no-audit', '--no-fund'], {
    cwd: app,
    signal,
  })
  if (installed.code === 0 || (await isRegistryReachable(signal))) return installed

  for (const [name, tarball] of Object.entries(packages)) await installTarball(app, name, tarball)
  linkDependencies(app, { ...dependencies, 'packages/core': ['oauth4webapi'] })
  return {
    code: 0,
    output: '',
    instead: `npm install in the ${kind} app, and npm audit: no registry answers, so what this repository has was linked`,
  }
}

/**
 * @param {string} workspace
 * @param {string} name
 * @returns {string}
 */
function versionOf(workspace, name) {
  const manifest = join(root, workspace, 'node_modules', name, 'package.json')
  return JSON.parse(readFileSync(manifest, 'utf8')).version
}

import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { wholeBrowser } from '../../apps/demo/e2e/browser.ts'
import { buildApp } from './build-app.ts'
import { createClock } from './clock.ts'
import { entries, withoutSdk } from './contestants.ts'
import { measureAll } from './measure/all.ts'
import { createNetwork } from './network.ts'
import { publish } from './report/publish.ts'
import { openSite, type Site } from './site.ts'

/** Of whoever runs it: `pnpm bench --help` says more. */
const rounds = Number(process.argv[2])

const date = new Date().toISOString().slice(0, 10)
const start = performance.now()
const loadBefore = loadavg()[0] ?? 0
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'))
const browser = await chromium.launch(wholeBrowser)
const sites: Site[] = []
try {
  const network = createNetwork()
  const clock = createClock()
  for (const entry of [withoutSdk, ...entries]) {
    console.log(`building: ${entry.title}`)
    const built = join(folder, entry.id)
    await buildApp(entry, built)
    sites.push(await openSite(entry, built, { network, clock }))
  }
  const findings = await measureAll(sites, { browser, network, clock, rounds })
  const text = publish({
    ...findings,
    circumstances: {
      date,
      rounds,
      cores: availableParallelism(),
      load: [loadBefore, loadavg()[0] ?? 0],
      browser: `Chromium ${browser.version()}`,
      node: process.version,
      tookMinutes: (performance.now() - start) / 60_000,
    },
  })
  console.log(text)
} finally {
  await browser.close()
  await Promise.all(sites.map((site) => site.stop()))
  rmSync(folder, { recursive: true, force: true })
}

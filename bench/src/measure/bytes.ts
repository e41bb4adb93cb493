import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { Browser } from '@playwright/test'
import { openApp, settle, untilDecided, withContext } from '../journeys.ts'
import type { Site } from '../site.ts'

/** What files weigh: as they are, and compressed as well as each of the two can. */
export interface Weight {
  readonly minified: number
  readonly gzip: number
  readonly brotli: number
}

/** Names of the files that are loaded until "You are signed out" is there and nothing moves any more. */
export async function filesBeforeLogin(browser: Browser, site: Site): Promise<Set<string>> {
  site.app.files.clear()
  return withContext(browser, site, async (context) => {
    const page = await context.newPage()
    await openApp(page, site)
    await untilDecided(page)
    await settle(page, 1000)
    return new Set(site.app.files)
  })
}

/** What these files of an app weigh together. Each is compressed by itself, as it is sent. */
export function weigh({ app, folder }: Site, files: Iterable<string>): Weight {
  let minified = 0
  let gzip = 0
  let brotli = 0
  for (const name of files) {
    const path = join(folder, name)
    const body = existsSync(path) ? readFileSync(path) : Buffer.from(app.extraFile(name))
    minified += body.length
    gzip += gzipSync(body, { level: 9 }).length
    brotli += brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }).length
  }
  return { minified, gzip, brotli }
}

/** What an SDK adds. */
export function difference(app: Weight, without: Weight): Weight {
  return {
    minified: app.minified - without.minified,
    gzip: app.gzip - without.gzip,
    brotli: app.brotli - without.brotli,
  }
}

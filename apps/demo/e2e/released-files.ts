import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const built = join(import.meta.dirname, '../dist')

/** The files of the built demo as one release of it has them. */
export interface ReleasedFiles {
  /** @throws where this release has no such file */
  read(path: string): Promise<Buffer>
}

/**
 * As if the demo had been built anew: every file whose name tells what is in it has another one, in whatever names it,
 * and nothing is left under the old ones. Release 0 is what was built.
 */
export function openRelease(release: number): ReleasedFiles {
  if (release === 0) return { read: (path) => readFile(join(built, path)) }
  const texts = new Map<string, Promise<Buffer>>()
  const suffix = `.${release}.`

  async function readRenamed(path: string): Promise<Buffer> {
    if (path.startsWith('/assets/') && !path.includes(suffix))
      throw new Error(`${path} is of another release.`)
    const text = await readFile(join(built, path.replace(suffix, '.')), 'utf8')
    const names = await readdir(join(built, 'assets'))
    return Buffer.from(names.reduce((renamed, name) => renamed.replaceAll(name, rename(name)), text))
  }

  const rename = (name: string): string => name.replace(/\.(?=\w+$)/, suffix)

  return {
    read(path) {
      const text = texts.get(path) ?? readRenamed(path)
      texts.set(path, text)
      return text
    },
  }
}

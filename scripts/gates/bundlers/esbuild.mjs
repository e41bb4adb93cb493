import { resolve } from 'node:path'
import { build } from 'esbuild'

/** @type {import('./bundler.mjs').Bundler} */
export async function bundleWithEsbuild({ input, external }) {
  const { outputFiles, metafile } = await build({
    entryPoints: [input],
    external: [...external],
    outdir: 'out',
    write: false,
    metafile: true,
    logLevel: 'silent',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  })
  const codeOf = new Map(outputFiles.map(({ path, text }) => [path, text]))
  return Object.entries(metafile.outputs).map(([fileName, { entryPoint, imports, inputs }]) => {
    const isEntry = entryPoint !== undefined && resolve(entryPoint) === resolve(input)
    const namesOf = (/** @type {boolean} */ onDemand) =>
      imports.filter(({ kind }) => (kind === 'dynamic-import') === onDemand).map(({ path }) => path)
    return {
      fileName,
      code: codeOf.get(resolve(fileName)) ?? '',
      isEntry,
      imports: namesOf(false),
      dynamicImports: namesOf(true),
      entered: entryPoint === undefined || isEntry ? [] : [entryPoint],
      modules: Object.fromEntries(
        Object.entries(inputs)
          .map(([path, { bytesInOutput }]) => /** @type {const} */ ([path, bytesInOutput]))
          .filter(([, length]) => length > 0),
      ),
    }
  })
}

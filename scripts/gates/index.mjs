import { apps } from './apps.mjs'
import { attw } from './attw.mjs'
import { browser } from './browser.mjs'
import { build } from './build.mjs'
import { consumer } from './consumer.mjs'
import { contents } from './contents.mjs'
import { demo } from './demo.mjs'
import { engines } from './engines.mjs'
import { examples } from './examples.mjs'
import { lint } from './lint.mjs'
import { pack } from './pack.mjs'
import { publint } from './publint.mjs'
import { size } from './size.mjs'
import { snippets } from './snippets.mjs'
import { types } from './types.mjs'
import { unit } from './unit.mjs'
import { unused } from './unused.mjs'

/** Every gate. Those of one stage run together, the stages one after another. */
export const stages = [
  [lint, types],
  [unused, snippets],
  [unit],
  [build],
  [pack],
  [contents, publint, attw, consumer, size, demo],
  [browser],
  [examples, apps, engines],
]

// What Stryker's runner for Vitest gives the tests, as far as it is used here.
declare module 'vitest' {
  interface ProvidedContext {
    readonly mode: 'dry-run' | 'mutant'
    /** `static`: the mutant is one from the moment in which its module is loaded. */
    readonly mutantActivation: 'static' | 'runtime'
  }
}

declare global {
  var __stryker__: { activeMutant: string | undefined } | undefined
}

export {}

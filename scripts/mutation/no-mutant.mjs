import { inject } from 'vitest'

// In a thread that is kept, the mutant before this one is still there while a test file is loaded.
const { __stryker__: mutants } = globalThis
if (mutants && inject('mode') === 'mutant' && inject('mutantActivation') === 'runtime') {
  mutants.activeMutant = undefined
}

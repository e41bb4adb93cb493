import { configure } from '@testing-library/react'

// Mutants break tests by the thousand, and each says so after this time. It is long still against what a test waits for,
// also with ten programs to a core. What is left out here, StrictMode among it, would be off.
configure((set) => ({ ...set, asyncUtilTimeout: 3000 }))

import { configure } from '@testing-library/react'

// Mutants break tests by the thousand, and each says so after this time. It is long still against what a test waits for,
// also with ten programs to a core.
configure({ asyncUtilTimeout: 3000 })

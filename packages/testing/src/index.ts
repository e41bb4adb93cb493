export { createTestAuth } from './create-test-auth.ts'
export type { TestAuth, TestAuthOptions } from './test-auth.ts'
export type { TestControls } from './test-controls.ts'

export { testUser } from './test-user.ts'

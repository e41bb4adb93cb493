export type { AuthFixtures, AuthWorkerFixtures, StorageState } from './auth-fixture.ts'
export { createAuthFixture } from './auth-fixture.ts'
export type { HandlesRequests, Routes } from './route-provider.ts'
export { routeProvider } from './route-provider.ts'

export type { StoryLike } from './with-test-auth.tsx'
export { withTestAuth } from './with-test-auth.tsx'

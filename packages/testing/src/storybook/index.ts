export type { StoryDecorator, StoryLike, StoryPlace } from './with-test-auth.tsx'
export { withTestAuth } from './with-test-auth.tsx'

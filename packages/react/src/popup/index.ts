export type { Reauthentication } from './use-reauthentication.ts'
export { useReauthentication } from './use-reauthentication.ts'

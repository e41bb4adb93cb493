import { handleFrontChannelLogout } from '@latchkey/core/front-channel-logout'
import { readMeta } from './read-meta.ts'

// Of the parts that this app plays it is the one that the provider tells of a sign-out: see its list of clients.
handleFrontChannelLogout({ issuer: readMeta('latchkey-issuer'), clientId: 'latchkey-partner' })

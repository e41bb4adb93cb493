/** The app as the plain server knows it: public, and welcome back at these paths of every origin of the app. */
export const plainClient = {
  clientId: 'latchkey-photos',
  name: 'Latchkey Demo',
  redirectPaths: ['/photos/callback', '/callback'],
} as const

/** What an app may ask for, in the words of the consent page. The first is given to who asks for nothing. */
export const plainScopes: Readonly<Record<string, string>> = {
  'user:read': 'See your name and picture',
  'photos:read': 'See your photos',
}

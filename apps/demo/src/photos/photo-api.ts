import { isAuthError } from '@latchkey/core'
import { ApiError } from '../api-error.ts'
import { configuration } from '../configuration.ts'
import { photoAuth } from './photo-auth.ts'

export interface Photo {
  readonly id: number
  readonly title: string
}

/**
 * @throws {AuthError} nobody is signed in there
 * @throws {ApiError} the API did not answer, or refused
 */
export async function getPhotos(): Promise<readonly Photo[]> {
  const response = await photoAuth.fetch(`${configuration.plainUrl}/photos`).catch((cause: unknown) => {
    throw isAuthError(cause) ? cause : new ApiError('/photos could not be reached', { cause })
  })
  if (!response.ok) throw new ApiError(`/photos answered ${response.status}`, { status: response.status })
  return response.json()
}

import { inPlainWords } from '../in-plain-words.ts'
import { Page } from '../layout/page.tsx'
import { usePhotoAuth } from '../photos/photo-auth.ts'
import { PhotoList } from '../photos/photo-list.tsx'

/** Signing in at a plain OAuth 2.0 server, beside the app's own session or without one. */
export function Photos() {
  const { status, user, error, isLoading, login, logout } = usePhotoAuth()
  return (
    <Page title="Photos">
      <p>
        Photo Shelf is an OAuth 2.0 server from before OpenID Connect: no ID token, no metadata, and a token
        that does not say when it ends. It asks for your consent, and its session here is a second one beside
        the app’s own. It has nothing to renew it with, so it ends with this page.
      </p>
      {error && (
        <p role="alert" className="notice">
          {inPlainWords(error)}
        </p>
      )}
      {status === 'authenticated' ? (
        <>
          <p>You are signed in at Photo Shelf as {user.name}.</p>
          <PhotoList />
          <p className="actions">
            <button type="button" onClick={logout}>
              Sign out of Photo Shelf
            </button>
          </p>
        </>
      ) : (
        <p className="actions">
          <button type="button" className="primary" disabled={isLoading} onClick={login}>
            Sign in at Photo Shelf
          </button>
        </p>
      )}
    </Page>
  )
}

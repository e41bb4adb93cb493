import type { FakeApp } from './fake-app.ts'

/** The provider no longer accepts any refresh token (RFC 6749 §5.2). */
export function refuseRefreshes({ provider }: Pick<FakeApp, 'provider'>): void {
  provider.onToken = (answer, form) => {
    if (form.get('grant_type') !== 'refresh_token') return
    Object.assign(answer, { status: 400, body: { error: 'invalid_grant' } })
  }
}

import { jsonAnswer } from './answers.ts'
import type { Grants } from './grants.ts'

/** Says who a token is about (OpenID Connect Core 1.0 §5.3). */
export function answerUserInfo(grants: Pick<Grants, 'userOf'>, request: Request): Response {
  const [, token = ''] = /^Bearer (.+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
  const user = grants.userOf(token)
  if (user) return jsonAnswer(200, user)
  return jsonAnswer(401, { error: 'invalid_token' }, { 'www-authenticate': 'Bearer error="invalid_token"' })
}

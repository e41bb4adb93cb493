import { describe, expect, it } from 'vitest'
import { scopeNotGranted } from './scope-not-granted.ts'

describe('what was asked for and not granted (RFC 6749 §3.3)', () => {
  it.each<[string, string, string, string | undefined]>([
    ['nothing, where all was', 'openid email read', 'read email openid', undefined],
    ['what a person has unticked', 'openid email read write', 'openid read', 'email write'],
    ['a part of an API’s', 'read write', 'read', 'write'],
    ['nothing that another token shows', 'openid email offline_access', 'openid email', undefined],
    [
      'what only sounds like what another token shows',
      'openid my_openid openid_2',
      'openid',
      'my_openid openid_2',
    ],
    ['what only sounds like what is of the person', 'read my_email email_2', 'read', 'my_email email_2'],
    [
      'nothing of the person, where the API’s scopes alone are listed',
      'openid email read',
      'read',
      undefined,
    ],
    [
      'nothing, where Google calls it by a URL',
      'openid email profile',
      'openid https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile',
      undefined,
    ],
    [
      'nothing, where Microsoft calls it by its name alone',
      'openid https://graph.microsoft.com/user.read',
      'openid User.Read',
      undefined,
    ],
    ['what only ends alike', 'openid mail', 'openid email', 'mail'],
    ['all of it, where nothing was', 'read', '', 'read'],
    ['all of it, where nothing was, a URL too', 'https://api.example/', '', 'https://api.example/'],
    ['no gap between two words', 'openid  read  write', 'openid read', 'write'],
  ])('is %s', (_, asked, granted, lacking) => {
    expect(scopeNotGranted(asked, granted)).toBe(lacking)
  })
})

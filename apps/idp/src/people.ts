import { randomUUID } from 'node:crypto'
import { avatar } from './avatar.ts'
import type { User } from './people-and-clients.ts'
import { users } from './people-and-clients.ts'

/** Who can sign in at one provider: the test accounts, and whoever has made one since it started. */
export interface People {
  findByName(username: string): User | undefined
  findBySubject(subject: string): User | undefined
  /** @throws {RangeError} the username is taken */
  register(account: NewAccount): User
  /** Says something else of somebody from now on. @throws {RangeError} nobody has that username */
  change(username: string, claims: Readonly<Record<string, unknown>>): void
  /** Only the test accounts are left, as they were. */
  reset(): void
}

export interface NewAccount {
  readonly username: string
  readonly password: string
  readonly name: string
}

export function createPeople(): People {
  let people = [...users]
  const findByName = (username: string): User | undefined =>
    people.find((person) => person.username === username)

  return {
    findByName,
    findBySubject: (subject) => people.find((person) => person.subject === subject),
    register({ username, password, name }) {
      if (findByName(username)) throw new RangeError(`The username ${username} is taken.`)
      const user: User = {
        username,
        password,
        subject: `user-${randomUUID()}`,
        claims: {
          name,
          preferred_username: username,
          picture: avatar(initials(name), '#2b6b5a'),
          roles: ['member'],
          email: `${encodeURIComponent(username)}@example.com`,
          email_verified: false,
        },
      }
      people.push(user)
      return user
    },
    change(username, claims) {
      const user = findByName(username)
      if (!user) throw new RangeError(`Nobody is called ${username}.`)
      const changed = { ...user, claims: { ...user.claims, ...claims } }
      people = people.map((person) => (person === user ? changed : person))
    },
    reset() {
      people = [...users]
    },
  }
}

/** Letters alone: they stand in the markup of a picture. */
function initials(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => /\p{L}/u.exec(word)?.[0].toUpperCase() ?? [])
  return [...new Set([letters[0], letters.at(-1)])].join('')
}

import { users } from '@latchkey/idp/people-and-clients'

/** Who the local provider knows. These are no secrets: its login page shows them too. */
export function TestAccounts() {
  return (
    <section className="card" aria-labelledby="test-accounts">
      <h2 id="test-accounts">Test accounts</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Username</th>
            <th scope="col">Password</th>
          </tr>
        </thead>
        <tbody>
          {users.map(({ username, password }) => (
            <tr key={username}>
              <td>
                <code>{username}</code>
              </td>
              <td>
                <code>{password}</code>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

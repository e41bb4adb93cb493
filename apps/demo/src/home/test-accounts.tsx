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
          <tr>
            <td>
              <code>alice</code>
            </td>
            <td>
              <code>wonderland</code>
            </td>
          </tr>
          <tr>
            <td>
              <code>bob</code>
            </td>
            <td>
              <code>can-we-fix-it</code>
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  )
}

import type { Order } from '../api.ts'

/** A row for each order, with what can be done to it. */
export function ChangeableOrders({
  orders,
  isBusy,
  onDelete,
}: {
  orders: readonly Order[]
  isBusy: boolean
  onDelete: (id: string) => void
}) {
  return (
    <section className="card">
      <table>
        <caption>Your orders</caption>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Item</th>
            <th scope="col" className="number">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map(({ id, item, total }) => (
            <tr key={id}>
              <th scope="row">{id}</th>
              <td>
                {item}
                <small>{total}</small>
              </td>
              <td className="number">
                <button
                  type="button"
                  aria-label={`Delete order ${id}`}
                  aria-disabled={isBusy}
                  onClick={() => onDelete(id)}
                >
                  Delete
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

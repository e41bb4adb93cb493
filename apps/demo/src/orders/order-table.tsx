import type { Order } from '../api.ts'

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

export function OrderTable({ orders }: { orders: readonly Order[] }) {
  return (
    <section className="card">
      <table>
        <caption>Your orders</caption>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Item</th>
            <th scope="col" className="number">
              Total
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map(({ id, item, quantity, total, placedOn }) => (
            <tr key={id}>
              <th scope="row">
                {id}
                <small>
                  <time dateTime={placedOn}>{date.format(new Date(placedOn))}</time>
                </small>
              </th>
              <td>
                {item}
                <small>{quantity === 1 ? '1 piece' : `${quantity} pieces`}</small>
              </td>
              <td className="number">{total}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

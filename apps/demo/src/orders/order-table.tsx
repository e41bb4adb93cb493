import type { ReactNode } from 'react'
import type { Order } from '../api.ts'

const date = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })

/** The last column of each order. */
interface Column {
  readonly title: string
  readonly cell: (order: Order) => ReactNode
}

const totals: Column = { title: 'Total', cell: ({ total }) => total }

export function OrderTable({ orders, last = totals }: { orders: readonly Order[]; last?: Column }) {
  if (orders.length === 0) return <p>You have not ordered anything yet.</p>
  return (
    <section className="card">
      <table>
        <caption>Your orders</caption>
        <thead>
          <tr>
            <th scope="col">Order</th>
            <th scope="col">Item</th>
            <th scope="col" className="number">
              {last.title}
            </th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <th scope="row">
                {order.id}
                <small>
                  <time dateTime={order.placedOn}>{date.format(new Date(order.placedOn))}</time>
                </small>
              </th>
              <td>
                {order.item}
                <small>{order.quantity === 1 ? '1 piece' : `${order.quantity} pieces`}</small>
              </td>
              <td className="number">{last.cell(order)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

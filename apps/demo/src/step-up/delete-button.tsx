/** Its name says which order, because a screen reader may come upon it out of its row. */
export function DeleteButton({ id, isBusy, onPress }: { id: string; isBusy: boolean; onPress: () => void }) {
  return (
    <button type="button" aria-label={`Delete order ${id}`} aria-disabled={isBusy} onClick={onPress}>
      Delete
    </button>
  )
}

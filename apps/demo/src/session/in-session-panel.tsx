/** Where a button is, for a sentence that tells to press it. A narrow window begins with the panel closed. */
export function InSessionPanel() {
  return (
    <>
      in the Session panel
      <span className="where-closed"> (open it at the lower edge)</span>
    </>
  )
}

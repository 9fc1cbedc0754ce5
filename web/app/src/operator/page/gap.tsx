// The rows of a long table that do not exist because they are far from the window, as one empty row of their height.

/** One cell, whatever the columns: a cell that spanned hidden ones would make room for them. */
export function Gap({ height }: { height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: A row without content takes no focus.
    <tr aria-hidden="true">
      <td style={{ blockSize: height, padding: 0 }} />
    </tr>
  );
}

const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}\s]+/gu;

/** Foreign text as one line of well-formed Unicode, at most `max` UTF-16 units long. It is not escaped. */
export function oneLine(text: string, max: number): string {
  // Cutting first keeps a hostile 200 kB line from costing more than its first part.
  return clip(
    text
      .slice(0, max * 4)
      .toWellFormed()
      .replace(BREAKS, ' ')
      .trim(),
    max,
  );
}

/** Foreign text with its line breaks kept, well-formed, at most `max` UTF-16 units long. It is not escaped. */
export function paragraph(text: string, max: number): string {
  return clip(
    text
      .slice(0, max * 4)
      .replaceAll('\r\n', '\n')
      .toWellFormed()
      .trim(),
    max,
  );
}

/** Shortens with an ellipsis and never cuts a character in half. */
function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = text.slice(0, max - 1);
  return `${end.isWellFormed() ? end : end.slice(0, -1)}…`;
}

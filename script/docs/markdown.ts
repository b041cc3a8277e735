/** A table of Markdown. Cells hold Markdown; what would end a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Whether a page has a place for a generated part: `<!-- name:begin -->` and `<!-- name:end -->`, each on its own line. */
export function hasPart(page: string, name: string): boolean {
  return placeOf(name).test(page);
}

/** The page with what stands between the markers of a part replaced. Throws when it has no such part. */
export function withPart(page: string, name: string, content: string): string {
  if (!hasPart(page, name))
    throw new Error(`There is no place for "${name}": add <!-- ${name}:begin --> and <!-- ${name}:end -->.`);
  return page.replace(placeOf(name), (_all, begin: string, end: string) => `${begin}\n${content}\n${end}`);
}

function placeOf(name: string): RegExp {
  return new RegExp(`(<!-- ${name}:begin -->)\\n[\\s\\S]*?(<!-- ${name}:end -->)`);
}

/** The characters that take one place of a text message. 3GPP TS 23.038, 6.2.1, without the line feeds. */
const BASIC: ReadonlySet<string> = new Set(
  '@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Those that take two. 6.2.1.1 */
const EXTENSION: ReadonlySet<string> = new Set('^{}\\[~]|€');

/** What is written otherwise in the same words. */
const WRITTEN: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '−': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '·': '-',
  '•': '-',
  '→': '->',
  '≥': '>=',
  '≤': '<=',
  '×': 'x',
  µ: 'u',
  μ: 'u',
  '`': "'",
};

/**
 * A text in the alphabet of text messages, in which 160 characters fit into one: typographic marks are written plainly, accents
 * that it lacks fall off, and so do pictures. A script that it does not have stays as it is.
 */
export function toGsm(text: string): string {
  return [...text].map(inGsm).join('').replace(/ {2,}/g, ' ').trim();
}

function inGsm(character: string): string {
  const written = WRITTEN[character] ?? character;
  if (isGsm(written)) return written;
  const bare = character.normalize('NFKD').replace(/\p{M}/gu, '');
  if (isGsm(bare)) return bare;
  return /[\p{L}\p{N}\p{M}]/u.test(character) ? character : ' ';
}

/** How much room a text takes, and how much there is: `[septets, 140]`, or in another script `[UTF-16 units, 70]`. */
export function room(text: string): readonly [taken: number, most: number] {
  if (!isGsm(text)) return [text.length, 70];
  return [[...text].reduce((sum, one) => sum + (EXTENSION.has(one) ? 2 : 1), 0), 140];
}

function isGsm(text: string): boolean {
  return [...text].every((one) => BASIC.has(one) || EXTENSION.has(one));
}

/**
 * Marks that reorder or hide what stands beside them: control and format characters (bidirectional overrides and isolates, zero-width
 * spaces, tags) and line separators; not line feed, tab and the joiners that emoji and scripts need. https://unicode.org/reports/tr9/
 */
const UNWANTED = /[[\p{Cc}\p{Cf}\u2028\u2029]--[\n\t\u200C\u200D]]/gv;

const RIGHT_TO_LEFT = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/;

/**
 * Text of somebody else, safe to stand inside of a sentence of ours: well-formed, without marks that reorder or hide, right-to-left
 * script in an isolate, no backtick (an open code span would swallow what follows). Line feeds stay.
 */
export function tame(text: string): string {
  const stripped = strip(text);
  return RIGHT_TO_LEFT.test(stripped) ? stripped.split('\n').map(isolated).join('\n') : stripped;
}

/** The same where it is no markup, such as a command: backticks stay. */
export function unhidden(text: string): string {
  return text.toWellFormed().replaceAll('\r\n', '\n').replace(UNWANTED, '');
}

/** The same on one line, clipped. */
export function oneLine(text: string, max: number): string {
  const line = strip(text.slice(0, max * 4))
    .replace(/\s+/g, ' ')
    .trim();
  return RIGHT_TO_LEFT.test(line) ? isolated(clip(line, max - 2)) : clip(line, max);
}

/** Shortens prose without cutting a character in half. Ids, values and URLs are never clipped: a broken button is worse than an error. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(HALF_A_PAIR, '')}…`;
}

const HALF_A_PAIR = /[\uD800-\uDBFF]$/;

/** Printable ASCII without the backtick: most texts, and nothing to do. */
const HARMLESS = /^[\n -_a-~]*$/;

function strip(text: string): string {
  if (HARMLESS.test(text)) return text;
  return unhidden(text).replaceAll('`', "'");
}

/** In a first-strong isolate: its order inside is its own, and nothing outside of it moves. */
function isolated(line: string): string {
  return RIGHT_TO_LEFT.test(line) ? `\u2068${line}\u2069` : line;
}

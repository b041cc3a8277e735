const LINE_OCTETS = 75;
const encoder = new TextEncoder();

/** One property of iCalendar, folded: `SUMMARY:On call\r\n`. The value is written as it is. RFC 5545 §3.1. */
export function property(name: string, value: string): string {
  return `${folded(`${name}:${value}`)}\r\n`;
}

/** Free text as a value: what has a meaning is escaped, controls are left out. RFC 5545 §3.3.11. */
export function textValue(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .replaceAll(/[\\;,]/g, (sign) => `\\${sign}`)
    .replaceAll('\n', '\\n');
}

/** A moment (epoch ms) in UTC: `20261123T090000Z`. */
export function momentValue(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;
}

/** Lines have at most 75 octets; the next ones begin with a space, which counts. No character is cut in two. */
function folded(line: string): string {
  let octets = 0;
  let text = '';
  for (const character of line) {
    const size = encoder.encode(character).length;
    if (octets + size > LINE_OCTETS) {
      text += '\r\n ';
      octets = 1;
    }
    text += character;
    octets += size;
  }
  return text;
}

/** An event as another program reads it out of the text of a calendar: unfolded, split, unescaped. RFC 5545. */
export type ReadEvent = Readonly<Record<string, string>>;

export function readCalendar(text: string): { readonly head: ReadEvent; readonly events: ReadEvent[] } {
  const lines = text.replaceAll('\r\n ', '').split('\r\n');
  const head: Record<string, string> = {};
  const events: Record<string, string>[] = [];
  let into = head;
  for (const line of lines) {
    if (line === 'BEGIN:VEVENT') {
      into = {};
      events.push(into);
    } else if (line === 'END:VEVENT') {
      into = head;
    } else {
      const colon = line.indexOf(':');
      into[line.slice(0, colon)] = unescaped(line.slice(colon + 1));
    }
  }
  return { head, events };
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(?<sign>[\\;,nN])/g, (_, sign: string) => (sign.toLowerCase() === 'n' ? '\n' : sign));
}

/** `20261123T080000Z` in epoch ms. */
export function readMoment(value: string | undefined): number {
  const [, date = '', time = ''] = /^(\d{8})T(\d{6})Z$/.exec(value ?? '') ?? [];
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)$/.exec(date) ?? [];
  const [, hour, minute, second] = /^(\d\d)(\d\d)(\d\d)$/.exec(time) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

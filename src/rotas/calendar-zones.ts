import { isZone } from '../oncall/zone.ts';

/** What makes other readers of a calendar write out its times as its author meant them. */

/** Lines of iCalendar that are too long go on in the next one, after a space. RFC 5545 §3.1. */
export function unfolded(text: string): string {
  return text.replaceAll(/\r?\n[ \t]/g, '');
}

const FLOATING =
  /^((?:DTSTART|DTEND|EXDATE|RECURRENCE-ID)(?:;(?!TZID=)[^;:\r\n]*)*):(?=\d{8}T\d{6}(?:,\d{8}T\d{6})*\s*$)/gim;

/**
 * Times that name no zone are those of the clocks where they are read (RFC 5545 §3.3.5), which is where the rotation is, and not where
 * this process runs. Where the calendar brings rules of a zone along they are meant by it.
 */
export function withZone(text: string, zone: string): string {
  return /^BEGIN:VTIMEZONE\b/im.test(text) ? text : text.replaceAll(FLOATING, `$1;TZID=${zone}:`);
}

/** A name that is an offset, such as `UTC+02:00`, is understood. */
const OFFSET = /[+-]\d/;
const MOST_NAMES = 50;

/** The names among these that say nothing: times in them would be read by the clock of this process. */
export function strangeZones(names: Iterable<string | undefined>): string[] {
  const strange = [...new Set(names)].filter((name) => name !== undefined && !isZone(name) && !OFFSET.test(name));
  return strange.filter((name) => name !== undefined).slice(0, MOST_NAMES);
}

/**
 * The text with other names for these zones: that of IANA which they end in (`/example.org/1/Europe/Berlin`) or which stands beside their
 * rules, else one by which `node-ical` reads the rules themselves. A zone without rules is that of the rotation.
 */
export function withNamedZones(text: string, names: readonly string[], zone: string): string {
  return names.reduce((read, name, i) => {
    const own = new RegExp(`^(TZID(?:;[^:\\r\\n]*)?:|[^:\\r\\n]*;TZID=)"?${literal(name)}"?(?=[;:]|\\s*$)`, 'gim');
    const to = nameAtEnd(name) ?? nameInRules(read, name) ?? (hasRules(read, name) ? `${BY_RULES} ${i}` : zone);
    return read.replaceAll(own, (_, before: string) => `${before}${to}`);
  }, text);
}

/** Whose name begins so is read by the rules that the calendar has for it. */
const BY_RULES = 'Customized Time Zone';

function nameAtEnd(name: string): string | null {
  const parts = name.split('/');
  const ends = [3, 2].map((count) => parts.slice(-count).join('/'));
  return ends.find((end) => end.includes('/') && isZone(end)) ?? null;
}

function rulesOf(text: string, name: string): string {
  const all = text.match(/^BEGIN:VTIMEZONE\b[\s\S]*?^END:VTIMEZONE\b/gim) ?? [];
  const isIts = new RegExp(`^TZID(?:;[^:\\r\\n]*)?:"?${literal(name)}"?\\s*$`, 'im');
  return all.find((rules) => isIts.test(rules)) ?? '';
}

function hasRules(text: string, name: string): boolean {
  return rulesOf(text, name) !== '';
}

/** https://libical.github.io/libical/ writes it, and so do Thunderbird and Evolution. */
function nameInRules(text: string, name: string): string | null {
  const said = /^X-LIC-LOCATION:(?<zone>\S+)\s*$/im.exec(rulesOf(text, name))?.groups?.zone;
  return said !== undefined && isZone(said) ? said : null;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

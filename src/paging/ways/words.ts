import type { Notice } from '../../app/page-way.ts';
import type { Incident } from '../../domain/incident.ts';
import { SEVERITIES } from '../../domain/severity.ts';
import { room, toGsm } from './gsm.ts';

/** Several notices for the same people; there is always one. */
export type Notices = readonly [Notice, ...Notice[]];

/** The incidents of some notices, each once, the worst and then the oldest first. */
export function incidentsOf(notices: Notices): readonly [Incident, ...Incident[]] {
  const each = [...new Map(notices.map(({ incident }) => [incident.id, incident])).values()];
  const rank = ({ severity }: Incident) => SEVERITIES.indexOf(severity);
  const [worst = notices[0].incident, ...others] = each.sort((a, b) => rank(a) - rank(b) || a.openedAt - b.openedAt);
  return [worst, ...others];
}

/** The notice about the worst incident. */
export function worstOf(notices: Notices): Notice {
  const [{ id }] = incidentsOf(notices);
  return notices.find(({ incident }) => incident.id === id) ?? notices[0];
}

/** On one line, without control characters: titles are foreign text. */
export function plain(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{C}\p{Z}\s]+/gu, ' ')
    .trim();
}

/** A text for people, cut where it is too long. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

/** `Bikeshare (prod)` */
export function placeOf({ serviceTitle, environment }: Incident): string {
  return plain(environment === '' ? serviceTitle : `${serviceTitle} (${environment})`);
}

/** `DRILL: P1 Bikeshare (prod) INC-7: Latency p95`, of several with their number and the worst. */
export function headline(notices: Notices): string {
  const [worst, ...others] = incidentsOf(notices);
  const one = `${worst.severity} ${placeOf(worst)} ${worst.id}: ${plain(worst.title)}`;
  return `${drillMark(notices)}${others.length === 0 ? one : `${others.length + 1} incidents, worst ${one}`}`;
}

/** Only when all of it is an exercise: one real incident among drills is real. */
export function isDrill(notices: Notices): boolean {
  return notices.every(({ incident }) => incident.drill);
}

function drillMark(notices: Notices): string {
  return isDrill(notices) ? 'DRILL: ' : '';
}

const SMS_END = ' Ack in Slack.';
const IDS_IN_SMS = 4;
const SMS_MOST = 140;

/**
 * A page as one text message: 140 characters of its alphabet, 70 of another script. The title is what is cut.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: "160 GSM characters, 140 ASCII characters, or 70 UCS-2 characters"
 */
export function smsText(notices: Notices): string {
  const ids = incidentsOf(notices).map(({ id }) => id);
  const also = ids.slice(1, IDS_IN_SMS);
  const rest = ids.length - 1 - also.length;
  const others = also.length === 0 ? '' : ` Also ${also.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}.`;
  const end = `${others}${SMS_END}`;
  const head = toGsm(headline(notices));
  const characters = [...head];
  for (let kept = Math.min(characters.length, SMS_MOST); kept > 0; kept -= 1) {
    const text =
      kept === characters.length ? `${head}.${end}` : `${characters.slice(0, kept).join('').trimEnd()}...${end}`;
    const [taken, most] = room(text);
    if (taken <= most) return text;
  }
  return toGsm(`${ids[0]}.${SMS_END}`);
}

/**
 * A subject of SNS: ASCII on one line, shorter than 100 characters, and it begins with a letter or number.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function subjectOf(notices: Notices): string {
  const ascii = toGsm(headline(notices))
    .normalize('NFKD')
    .replace(/[ßØøÆæ]/g, (letter) => IN_ASCII[letter] ?? '')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/ {2,}/g, ' ')
    .replace(/^[^A-Za-z0-9]+/, '')
    .trim();
  return ascii.length < 100 ? ascii : `${ascii.slice(0, 96)}...`;
}

/** Letters that are no letter with an accent. */
const IN_ASCII: Readonly<Record<string, string>> = { ß: 'ss', Ø: 'O', ø: 'o', Æ: 'AE', æ: 'ae' };

import type { Incident } from '../../domain/incident.ts';
import { cut, incidentsOf, isDrill, type Notices, plain } from './words.ts';

const IDS_SPOKEN = 3;
const TITLE = 160;

/** A page as a voice reads it: short sentences, ids digit by digit, no marks that are read as something else. */
export function spokenText(notices: Notices): string {
  const [worst, ...others] = incidentsOf(notices);
  const also = others.slice(0, IDS_SPOKEN).map(numberOf);
  const rest = others.length - also.length;
  return [
    isDrill(notices) ? 'This is a drill by Tocsin.' : 'This is Tocsin.',
    ...(others.length > 0 ? [`${others.length + 1} incidents. The worst:`] : []),
    `Severity ${spoken(worst.severity)}, ${numberOf(worst)}, ${spoken(worst.serviceTitle)}${worst.environment === '' ? '' : `, ${spoken(worst.environment)}`}.`,
    `${spoken(cut(plain(worst.title), TITLE))}.`,
    ...(also.length > 0 ? [`Also ${also.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`] : []),
    'Please acknowledge in Slack.',
  ].join(' ');
}

/** `INC-107` is incident 1 0 7. */
function numberOf({ id }: Incident): string {
  return `incident ${[...(/\d+$/.exec(id)?.[0] ?? id)].join(' ')}`;
}

const UNITS: readonly (readonly [RegExp, string])[] = [
  [/(?<![\p{L}\p{N}])[-−](?=\d)/gu, 'minus '],
  [/(\d)\s*%/g, '$1 percent'],
  [/(\d)\s*ms\b/g, '$1 milliseconds'],
  [/(\d)\s*s\b/g, '$1 seconds'],
  [/>=|≥/g, ' at least '],
  [/<=|≤/g, ' at most '],
  [/>/g, ' above '],
  [/</g, ' below '],
  [/&/g, ' and '],
];

/** Foreign text without signs that a voice stumbles over: `p95-latency` is p 95 latency, `5XX` is 5 X X. */
function spoken(text: string): string {
  return UNITS.reduce((told, [sign, word]) => told.replace(sign, word), plain(text))
    .replace(/[_/\\|#*()[\]{}"“”`~^=+@$–—-]+/g, ' ')
    .replace(/X{2,}/g, (run) => [...run].join(' '))
    .replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, ' ')
    .replace(/(?<!\d)[.:;,…]|[.:;,…](?!\d)/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
}

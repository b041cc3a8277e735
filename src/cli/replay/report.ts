import { oneLine } from '../../../blocks/foreign-text.ts';
import { digitsToTellApart, quantityWords } from '../../../blocks/measurement-words.ts';
import { rulingWords } from '../../../blocks/ruling-words.ts';
import { type Part, timelineOf } from '../../domain/timeline.ts';
import type { Belief } from './belief.ts';
import { builderLink, plainBlocks } from './plain-blocks.ts';
import type { Played, PlayedAlert, PlayedIncident } from './play.ts';
import type { Recorded } from './recording.ts';

export interface Replay extends Played {
  readonly messages: readonly { readonly recorded: Recorded; readonly belief: Belief }[];
}

const WIDE = 300;

/** The whole story for a person, in the order in which it happens. No address of a subscription is in it. */
export function replayText(replay: Replay): string {
  const text = [
    ...replay.messages.map(messageText),
    ...replay.alerts.map(alertText),
    ...replay.incidents.map(incidentText),
  ].join('\n\n');
  return `${text.replace(UNPRINTABLE, '')}\n`;
}

/** Foreign text must not steer the terminal. */
const UNPRINTABLE = /[^\P{Cc}\n]/gu;

const MARKS: Readonly<Record<Belief['verdict'], string>> = { genuine: '✓', refused: '✗', 'not checked': '!' };

function messageText({ recorded, belief }: Replay['messages'][number]): string {
  const { kind, notification } = recorded;
  const head = `${kind} on ${notification.topic.arn}, published ${utc(notification.publishedAt)}`;
  const words = {
    genuine: 'signature checked',
    refused: 'the webhook would refuse it',
    'not checked': 'signature not checked',
  };
  return `${head}\n  ${MARKS[belief.verdict]} ${words[belief.verdict]}: ${belief.why}`;
}

function alertText({ alert, route, rule, judgement, incident }: PlayedAlert): string {
  const { measurement: m } = alert;
  const rows: readonly (readonly [string, string | null])[] = [
    ['alarm', alert.name],
    ['state', `${judgement.state}, since ${utc(alert.changedAt)}`],
    ['reason', alert.reason || null],
    ['description', alert.description],
    [
      'measured',
      m && [m.statistic, m.metric, m.value, m.comparison, m.threshold].filter((part) => part !== null).join(' '),
    ],
    ['children', alert.children.join(', ') || null],
    [
      'labels',
      Object.entries(alert.labels)
        .map(([name, value]) => `${name}=${value}`)
        .join(', ') || null,
    ],
    ['identity', alert.key],
    ['decided by', decider(route.service.name, rule)],
    ['judged', rulingWords({ ...judgement, measurement: alert.measurement })],
    ['says', `${judgement.severity}, ${route.incidentClass}, ${route.environment} → ${route.service.channel}`],
    ['result', incident === null ? nothingBecause(judgement.state) : `belongs to ${incident}`],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === null ? [] : [`  ${name.padEnd(12)} ${oneLine(value, WIDE)}`],
  );
  return ['Understood as', ...lines].join('\n');
}

function decider(service: string, rule: PlayedAlert['rule']): string {
  return rule === null
    ? `${service}: no rule of any service matches, and it takes what is left`
    : `${service} ${placeOf(rule)}, by its pattern ${rule.pattern}`;
}

function placeOf({ index, id }: NonNullable<PlayedAlert['rule']>): string {
  const place = `alarms[${index}]`;
  return id === place ? place : `${place} (${id})`;
}

function nothingBecause(state: PlayedAlert['alert']['state']): string {
  if (state === 'recovered') return 'no incident: a recovery opens none, and nothing was open for it';
  return 'no incident: missing data opens one only where the rule says opens_on_no_data: true';
}

function incidentText({ incident, events, card }: PlayedIncident): string {
  const timeline = timelineOf(events).map(({ at, phrase }) => `  ${utc(at)}  ${phrase.map(plainPart).join('')}`);
  const drawn = plainBlocks(card.blocks)
    .split('\n')
    .map((line) => `  │ ${line}`);
  return [
    `${incident.id}: ${events.map(({ type }) => type).join(', ')}`,
    ...timeline,
    '',
    'Its card',
    ...drawn,
    '',
    `Draw it: ${builderLink(card.blocks)}`,
  ].join('\n');
}

function plainPart(part: Part): string {
  if (typeof part === 'string') return part;
  if ('person' in part) return part.person;
  if ('channel' in part) return part.channel;
  if ('group' in part) return part.group;
  if ('time' in part) return utc(part.time);
  if ('quote' in part) return oneLine(part.quote, WIDE);
  if ('quantity' in part) {
    return quantityWords(part.quantity, part.unit, digitsToTellApart(part.quantity, part.beside, part.unit));
  }
  return `${part.label} (${part.url})`;
}

function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The same for programs: one object, with times in epoch ms. */
export function replayJson({ messages, alerts, incidents }: Replay): string {
  const told = {
    messages: messages.map(({ recorded: { kind, notification }, belief }) => ({
      kind,
      topic: notification.topic.arn,
      publishedAt: notification.publishedAt,
      signature: belief,
    })),
    alerts: alerts.map(({ alert, route: { service, rule: _, ...says }, rule, judgement, incident }) => ({
      alert,
      decision: { service: service.name, rule, ...says, ...judgement, channel: service.channel },
      incident,
    })),
    incidents: incidents.map(({ incident, events, card }) => ({
      incident,
      events,
      card: { ...card, plain: plainBlocks(card.blocks), builder: builderLink(card.blocks) },
    })),
  };
  return `${JSON.stringify(told, null, 2)}\n`;
}

import type { KnownBlock } from '@slack/types';
import type { CoverRequest, Standing } from '../src/app/on-call.ts';
import type { Actor } from '../src/domain/incident.ts';
import type { Override } from '../src/domain/rotation.ts';
import type { Service } from '../src/domain/service.ts';
import { COMMAND } from '../src/slack/grammar.ts';
import { oneLine } from './foreign-text.ts';
import {
  actions,
  context,
  header,
  join,
  lines,
  type Message,
  type Mrkdwn,
  md,
  mention,
  message,
  present,
  section,
  when,
} from './kit.ts';
import { BUDGET } from './limits.ts';
import { coverTimes } from './on-call-cover.ts';
import { gapTime } from './on-call-gap.ts';
import { roleLines } from './on-call-roles.ts';
import { onCallButton, overrideLine, rotationButton, somebody, titleOf, untilWords } from './on-call-words.ts';

/** With the rest, below the 50 blocks of a message. */
const BLOCKS_SHOWN = 40;
const SHOWN = 3;

export interface OnCallNow {
  readonly standings: readonly Standing[];
  /** The service whose roles are told; `null`: those of none. */
  readonly service: Pick<Service, 'name' | 'title' | 'roles'> | null;
  /** Whether all services were asked for. */
  readonly isAll: boolean;
  readonly user: Actor;
}

/** Who is on call now, until when, who is next, and what is to be done about it. */
export function onCallReply({ standings, service, isAll, user }: OnCallNow, now: number): Message {
  const where = service === null || isAll ? '' : ` for ${oneLine(service.title, BUDGET.name)}`;
  if (standings.length === 0) return withoutRotations(where, service, standings);
  const parts = standings.map((one) => rotationBlocks(one, user, now));
  const fitting = parts.filter((_, i) => parts.slice(0, i + 1).flat().length <= BLOCKS_SHOWN);
  const hidden = parts.length - fitting.length;
  return message(
    lines(`On call${where}:`, ...standings.map((one) => spoken(one))),
    header(`On call${where}`),
    ...fitting.flat(),
    hidden > 0 ? context(md`and ${hidden} more. To narrow it down: ${COMMAND} oncall SERVICE`) : null,
    ...rolesOf(service, standings),
    actions(onCallButton('override'), onCallButton('cover')),
  );
}

function spoken({ title, person, until, next, zone }: Standing): Mrkdwn {
  const then = until === null ? md`` : md`, then ${somebody(next)}`;
  return md`${titleOf({ title })}: ${somebody(person)} ${untilWords(zone, until)}${then}.`;
}

function rotationBlocks(standing: Standing, user: Actor, now: number): KnownBlock[] {
  const { overrides, covers, zone, rotation, gaps } = standing;
  const warnings = gaps
    .slice(0, SHOWN)
    .map(
      (gap) => md`⚠️ Nobody is on call ${gapTime(zone, gap, now)}: ${COMMAND} override ${rotation} @person from … to …`,
    );
  return [
    section(lines(md`*${titleOf(standing)}* · ${rotation}`, nowLine(standing), nextLine(standing), ...warnings)),
    ...overrides.slice(0, SHOWN).map((one) => section(overrideLine(standing, one), takeBack(rotation, one))),
    ...covers.slice(0, SHOWN).map((one) => coverSection(standing, one, user)),
    ...present([more(overrides.length + covers.length, standing), calendarTrouble(standing)]),
  ];
}

function nowLine({ person, since, until, zone, receivedAt }: Standing): Mrkdwn {
  if (person === null) return md`🔴 *Nobody is on call now*, ${untilWords(zone, until)}`;
  const confirmed = receivedAt === null ? md`` : md` · ✅ has it since ${when(receivedAt)}`;
  const began = since === null ? md`` : md`since ${when(since)}, `;
  return md`☎️ ${mention(person)}: ${began}${untilWords(zone, until)}${confirmed}`;
}

function nextLine({ next, until }: Standing): Mrkdwn | null {
  return until === null ? null : md`Next: ${somebody(next)}`;
}

function takeBack(rotation: string, { id }: Override) {
  return rotationButton('takeBack', { rotation, id });
}

function coverSection({ zone, rotation }: Standing, request: CoverRequest, user: Actor): KnownBlock {
  const name = request.asker === user ? 'withdrawCover' : 'takeCover';
  return section(
    lines(md`🙋 ${mention(request.asker)} looks for cover:`, coverTimes(zone, request)),
    rotationButton(name, { rotation, id: request.id }),
  );
}

function more(total: number, { overrides, covers }: Standing): KnownBlock | null {
  const hidden = total - Math.min(overrides.length, SHOWN) - Math.min(covers.length, SHOWN);
  return hidden > 0 ? context(md`and ${hidden} more overrides and requests for cover`) : null;
}

function calendarTrouble({ calendar }: Standing): KnownBlock | null {
  if (!calendar || (calendar.trouble.length === 0 && calendar.readAt !== null)) return null;
  const read = calendar.readAt === null ? md`It was never read.` : md`Last read ${when(calendar.readAt)}.`;
  const why = calendar.trouble.slice(0, SHOWN).map((one) => oneLine(one, BUDGET.reason));
  return context(join(['⚠️ Calendar:', ...why, read], ' '));
}

function withoutRotations(where: string, service: OnCallNow['service'], standings: readonly Standing[]): Message {
  const text = md`No rotation is set up${where}, so nobody is on call by one.`;
  const how = md`Add \`rotations\` to the service file: docs/oncall.md shows one. What Tocsin makes of it, services:check tells.`;
  return message(lines(text, how), section(lines(text, how)), ...rolesOf(service, standings));
}

function rolesOf(service: OnCallNow['service'], standings: readonly Standing[]): KnownBlock[] {
  if (service === null || Object.keys(service.roles).length === 0) return [];
  return [section(lines(md`*Who is asked for what*`, ...roleLines(service, standings)))];
}

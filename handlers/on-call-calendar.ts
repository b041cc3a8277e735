import type { ModalView } from '@slack/types';
import { calendarSheet, revokedSheet } from '../blocks/on-call-calendar.ts';
import { calendarPath } from '../src/app/on-call.ts';
import { ok, type Result } from '../src/domain/result.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { noRotation, rotationsOf } from './on-call-rotation.ts';

/** The addresses of a person's calendars, one pair for each rotation. The first look makes them. */
export async function fillCalendar(deps: HandlerDeps, { user }: Asker): Promise<Result<ModalView>> {
  const all = rotationsOf(deps.services());
  if (all.length === 0) return noRotation();
  const key = await deps.onCall.calendarKey(user);
  const base = deps.publicUrl ?? '';
  const addresses = all.map(({ rotation: { name, title } }) => ({
    title,
    mine: `${base}${calendarPath(name, key, { mine: true })}`,
    all: `${base}${calendarPath(name, key, { mine: false })}`,
  }));
  return ok(calendarSheet(addresses, deps.publicUrl !== null));
}

export async function revokeCalendar({ onCall }: HandlerDeps, { user }: Asker): Promise<Result<ModalView>> {
  return ok(revokedSheet(await onCall.revokeCalendarKey(user)));
}

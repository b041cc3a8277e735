import { type Ruling, UNGRADED } from '../domain/grading.ts';
import type { Member, MemberUpdate } from '../domain/member.ts';
import { isWhole } from '../domain/member.ts';

/** A ruling without what it does not know: most alarms are graded by no value. */
export type StoredRuling = Pick<Ruling, 'by' | 'rule'> & Partial<Ruling>;

/** An alarm as events and snapshots hold it. One that was written before there were rulings has none. */
export type StoredMember = Omit<Member, 'ruling' | 'sourceSeverity'> &
  Partial<Pick<Member, 'sourceSeverity'>> & { readonly ruling?: StoredRuling };

export function shortRuling(ruling: Ruling): StoredRuling {
  const defaults: Readonly<Record<string, unknown>> = UNGRADED;
  const known = Object.entries(ruling).filter(
    ([name, value]) => !Object.hasOwn(defaults, name) || value !== defaults[name],
  );
  return { by: ruling.by, rule: ruling.rule, ...Object.fromEntries(known) };
}

export function wholeRuling(ruling: StoredRuling | undefined): Ruling {
  return { ...UNGRADED, by: 'rule', rule: 'not recorded', ...ruling };
}

export function shortMember(member: Member | MemberUpdate): StoredMember | MemberUpdate {
  return isWhole(member) ? { ...member, ruling: shortRuling(member.ruling) } : member;
}

export function wholeMember(member: StoredMember): Member {
  return { ...member, sourceSeverity: member.sourceSeverity ?? null, ruling: wholeRuling(member.ruling) };
}

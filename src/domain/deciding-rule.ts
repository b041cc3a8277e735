import { globMatches } from './glob.ts';
import type { Member } from './member.ts';
import type { AlarmRule, Service } from './service.ts';

/** What a rule is called that has no name of its own: its place in the file. */
const PLACE = /^alarms\[\d+\]$/;

/**
 * The rule that decided about an alarm, as the file has it now. Where a rule is known by its place alone, another may stand there since
 * the file was read again: one that does not look the same is none.
 */
export function decidingRule(
  { rules }: Pick<Service, 'rules'>,
  member: Pick<Member, 'title' | 'ruling'>,
): AlarmRule | null {
  const found = rules.find(({ id }) => id === member.ruling.rule);
  return found && (!PLACE.test(found.id) || looksTheSame(found, member)) ? found : null;
}

function looksTheSame(
  { title, match, grades }: AlarmRule,
  { title: called, ruling }: Pick<Member, 'title' | 'ruling'>,
): boolean {
  const isCalledSo = title === null ? match.some((pattern) => globMatches(pattern, called)) : title === called;
  return isCalledSo && (grades !== null) === ruling.isGraded && (grades?.measure ?? null) === ruling.measure;
}

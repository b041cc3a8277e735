/**
 * The members that a Slack user group must get so that it is in step with the rotations it stands for (`onCall`: whoever each of them has now);
 * `null`: leave it as it is. It is left when it is right already, and when nobody is on call at all: Slack takes no empty list
 * (https://docs.slack.dev/reference/methods/usergroups.users.update), and a mention must reach somebody.
 */
export function groupMembers(onCall: readonly (string | null)[], present: readonly string[]): string[] | null {
  const wanted = [...new Set(onCall.filter((person) => person !== null))].sort();
  if (wanted.length === 0) return null;
  const isRight = wanted.length === new Set(present).size && wanted.every((person) => present.includes(person));
  return isRight ? null : wanted;
}

import { ok, type Result } from '../src/domain/result.ts';
import type { Call } from '../src/slack/grammar.ts';
import type { Asker } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { askingAgain, changes, isChange } from './verbs.ts';
import { whichIncident } from './which-incident.ts';

/** Who asks, and from where. */
export interface Ask {
  readonly asker: Asker;
  readonly channel: string | null;
  /** The incident whose thread the question was asked in; `null` elsewhere. */
  readonly here: string | null;
  /** Names this request of Slack: a repetition has the same, and changes nothing. */
  readonly request: string;
}

/** The incident that a call is about, when it is not said. */
export function incidentOf(
  deps: HandlerDeps,
  { asker, channel, here }: Ask,
  call: Call,
  opensForm: boolean,
): Promise<Result<string>> {
  if (call.incident !== null) return Promise.resolve(ok(call.incident));
  const mayGuess = opensForm || !isChange(call.verb) || changes[call.verb].mayGuess;
  const search = { user: asker.user, channel, here, mayGuess, asking: askingAgain(call), over: call.verb === 'reopen' };
  return whichIncident(deps, search);
}

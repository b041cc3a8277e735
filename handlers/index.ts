import type { App } from '@slack/bolt';
import { registerAutopilot } from './autopilot.ts';
import { registerButtons } from './buttons.ts';
import { registerCommands } from './commands.ts';
import type { HandlerDeps } from './deps.ts';
import { registerFollowUps } from './follow-ups.ts';
import { registerHome } from './home.ts';
import { registerLetters } from './letters.ts';
import { registerLinks } from './links.ts';
import { registerMentions } from './mentions.ts';
import { registerModals } from './modals.ts';
import { registerOnCall } from './on-call-buttons.ts';
import { registerOverflow } from './overflow.ts';
import { registerPlanSteps } from './plan-steps.ts';
import { registerRetired } from './retired.ts';
import { registerRuns } from './runs.ts';
import { registerShortcuts } from './shortcuts.ts';
import { registerSides } from './side-buttons.ts';
import { registerSteps } from './steps.ts';

/** Gives a Bolt app everything that a person does in Slack. Exactly one listener answers each thing. */
export function registerHandlers(app: App, deps: HandlerDeps): void {
  registerButtons(app, deps);
  registerLetters(app, deps);
  registerOverflow(app, deps);
  registerLinks(app, deps);
  registerCommands(app, deps);
  registerModals(app, deps);
  registerSides(app, deps);
  registerSteps(app, deps);
  registerOnCall(app, deps);
  registerShortcuts(app, deps);
  registerMentions(app, deps);
  registerHome(app, deps);
  registerFollowUps(app, deps);
  registerRuns(app, deps);
  registerPlanSteps(app, deps);
  registerAutopilot(app, deps);
  registerRetired(app, deps);
}

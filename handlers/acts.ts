import type { Acts } from '../blocks/acts-home.ts';
import type { HandlerDeps } from './deps.ts';

/** What serves in the place of something better (of one service, or of all), and whether the autopilot is off. */
export async function actsOf({ actions }: Pick<HandlerDeps, 'actions'>, service?: string): Promise<Acts> {
  const [serving, autopilotOff] = await Promise.all([actions.serving(service), actions.autopilot.state()]);
  return { serving, autopilotOff };
}

import type { SandboxState } from '../../api.ts';
import { type Mentionable, mentionAt } from '../text/compose.ts';

/** One offer of the composer: what it shows and what the text becomes when it is taken. */
export interface Completion {
  readonly key: string;
  readonly label: string;
  readonly detail: string;
  readonly text: string;
}

/** What may complete the text before the caret: slash commands at the very beginning, else names after `@`. */
export function completionsFor(
  typed: string,
  caret: number,
  commands: SandboxState['app']['commands'],
  people: readonly Mentionable[],
): Completion[] {
  if (/^\/\S*$/.test(typed)) return commandsFor(typed, commands);
  const begun = mentionAt(typed, caret);
  if (begun === null) return [];
  const before = typed.slice(0, caret - begun.length);
  const after = typed.slice(caret).replace(/^ /, '');
  return people
    .filter(({ name }) => name.toLowerCase().startsWith(begun.toLowerCase()) && name !== begun)
    .map(({ id, name }) => ({ key: id, label: `@${name}`, detail: '', text: `${before}${name} ${after}` }));
}

function commandsFor(typed: string, commands: SandboxState['app']['commands']): Completion[] {
  return commands
    .filter(({ command }) => command.startsWith(typed))
    .map(({ command, description, usageHint }) => ({
      key: command,
      label: `${command} ${usageHint}`.trim(),
      detail: description,
      text: `${command} `,
    }));
}

/** The usage of the command that is being typed, or `null` when none is. */
export function usageFor(typed: string, commands: SandboxState['app']['commands']): string | null {
  const found = commands.find(({ command }) => typed.startsWith(`${command} `));
  return found ? `${found.command} ${found.usageHint}`.trim() : null;
}

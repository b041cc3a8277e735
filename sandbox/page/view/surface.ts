import { useCallback, useMemo, useRef, useState } from 'react';
import type { SandboxView } from '../../api.ts';
import { collectValues, missingInputs, type Values } from '../blocks/values.ts';
import { type Surface, useWorkspace } from '../context.ts';

/** A message's surface: elements keep nothing, every use is told to the app. */
export function useMessageSurface(channel: string, ts: string): Surface {
  const { act } = useWorkspace();
  return useMemo(
    () => ({
      use: (blockId, actionId, element) => act({ type: 'click', where: { channel, ts }, blockId, actionId, element }),
      held: () => null,
      hold: () => {},
      errors: {},
    }),
    [act, channel, ts],
  );
}

/** A view as a form. */
export interface ViewForm {
  readonly surface: Surface;
  /** The values to submit, or `null` when required inputs are empty, which are then marked. */
  readonly submission: () => Values | null;
}

/** Keeps what is typed into a view while the app updates it, and collects it as `state.values`. */
export function useViewForm(view: SandboxView): ViewForm {
  const { act } = useWorkspace();
  const [typed, setTyped] = useState<Values>({});
  const [missing, setMissing] = useState<readonly string[]>([]);
  // A change and the use that follows it happen in one event, before the next drawing.
  const latest = useRef(typed);

  const hold = useCallback((blockId: string, actionId: string, value: Record<string, unknown>) => {
    latest.current = { ...latest.current, [blockId]: { ...latest.current[blockId], [actionId]: value } };
    setTyped(latest.current);
    setMissing((ids) => (ids.includes(blockId) ? ids.filter((id) => id !== blockId) : ids));
  }, []);

  const surface = useMemo<Surface>(
    () => ({
      use: (blockId, actionId, element) => {
        const values = collectValues(view.blocks, latest.current);
        return act({ type: 'click', where: { viewId: view.id }, blockId, actionId, element, values });
      },
      held: (blockId, actionId) => typed[blockId]?.[actionId] ?? null,
      hold,
      errors: {
        ...view.errors,
        ...Object.fromEntries(missing.map((id) => [id, 'Please complete this required field.'])),
      },
    }),
    [act, view, typed, missing, hold],
  );

  const submission = () => {
    const values = collectValues(view.blocks, latest.current);
    const empty = missingInputs(view.blocks, values);
    setMissing(empty);
    return empty.length === 0 ? values : null;
  };
  return { surface, submission };
}

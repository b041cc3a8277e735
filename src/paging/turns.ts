import type { Dispatch } from '../app/dispatch.ts';

/**
 * The same dispatch, one command after the other for each incident. A page to many people ends for all of them at once: side by side
 * they would keep each other, and whoever clicks meanwhile, from writing until some of them give up.
 */
export function inTurns(dispatch: Dispatch): Dispatch {
  const last = new Map<string, Promise<unknown>>();
  return async (id, command) => {
    const before = last.get(id);
    const mine = (async () => {
      await before?.catch(() => {}); // whoever asked hears of it
      return await dispatch(id, command);
    })();
    last.set(id, mine);
    try {
      return await mine;
    } finally {
      if (last.get(id) === mine) last.delete(id);
    }
  };
}

import { useCallback, useState } from 'react';
import type { Act } from '../../api.ts';
import { isJson, textAt } from '../blocks/json.ts';

/** How far a newcomer has come. */
export interface GuideProgress {
  readonly fired: boolean;
  readonly acknowledged: boolean;
  readonly measured: boolean;
  readonly hidden: boolean;
}

const NONE: GuideProgress = { fired: false, acknowledged: false, measured: false, hidden: false };
const KEY = 'tocsin-sandbox-guide';

/** What an act adds to the progress. */
export function advance(progress: GuideProgress, act: Act): GuideProgress {
  if (act.type === 'fault' && act.on) return { ...progress, fired: true };
  if (act.type === 'storm' || (act.type === 'alarm' && act.do === 'fire')) return { ...progress, fired: true };
  if (act.type === 'click' && /^ack/i.test(textAt(act.element, 'text'))) return { ...progress, acknowledged: true };
  if (act.type === 'message' && /^\/\S+ stats\b/.test(act.text)) return { ...progress, measured: true };
  return progress;
}

/** The progress, remembered by the browser. */
export function useProgress(): { progress: GuideProgress; note: (act: Act) => void; hide: () => void } {
  const [progress, setProgress] = useState(read);
  const change = useCallback((step: (before: GuideProgress) => GuideProgress) => {
    setProgress((before) => {
      const after = step(before);
      localStorage.setItem(KEY, JSON.stringify(after));
      return after;
    });
  }, []);
  const note = useCallback((act: Act) => change((before) => advance(before, act)), [change]);
  const hide = useCallback(() => change((before) => ({ ...before, hidden: true })), [change]);
  return { progress, note, hide };
}

function read(): GuideProgress {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    if (!isJson(kept)) return NONE;
    const { fired, acknowledged, measured, hidden } = kept;
    return {
      fired: fired === true,
      acknowledged: acknowledged === true,
      measured: measured === true,
      hidden: hidden === true,
    };
  } catch {
    return NONE;
  }
}

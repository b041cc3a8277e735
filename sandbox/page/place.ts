import { useCallback, useSyncExternalStore } from 'react';

/** What the address says: who is acting and what is open. Kept in the fragment, so that it survives a reload and can be linked. */
export interface Place {
  readonly as: string;
  /** A channel id, or `home`. */
  readonly at: string;
  /** `ts` of the open thread's root, or `''`. */
  readonly thread: string;
}

/** The place and a way to go elsewhere. Going to another channel closes the thread. */
export function usePlace(): [Place, (to: Partial<Place>) => void] {
  const hash = useSyncExternalStore(listen, () => window.location.hash);
  const go = useCallback((to: Partial<Place>) => {
    const now = readPlace(window.location.hash);
    const thread = to.thread ?? (to.at === undefined || to.at === now.at ? now.thread : '');
    window.location.hash = new URLSearchParams({ ...now, ...to, thread }).toString();
  }, []);
  return [readPlace(hash), go];
}

/** Reads a fragment such as `#as=U1&at=C1&thread=1.2`. */
export function readPlace(hash: string): Place {
  const params = new URLSearchParams(hash.replace(/^#/, ''));
  return { as: params.get('as') ?? '', at: params.get('at') ?? '', thread: params.get('thread') ?? '' };
}

function listen(changed: () => void): () => void {
  window.addEventListener('hashchange', changed);
  return () => window.removeEventListener('hashchange', changed);
}

import { useCallback, useEffect, useState } from 'react';
import type { Act, ActResult, SandboxState } from '../api.ts';
import { share } from './sharing.ts';
import { setAhead } from './text/clock.ts';

/** What the page knows of the sandbox, and the way to do something there. `act` never rejects. */
export interface Connection {
  readonly state: SandboxState | null;
  /** Whether the stream of states is alive. */
  readonly live: boolean;
  readonly act: (act: Act) => Promise<ActResult>;
}

const RETRY_MS = 2000;

/**
 * Follows the sandbox as one person (an empty id is whoever the sandbox puts first). `onRefused` is called when it refuses
 * to be followed so, as it does for somebody it does not know; the page tries again after a while.
 */
export function useConnection(as: string, onRefused: () => void): Connection {
  const [state, setState] = useState<SandboxState | null>(null);
  const [live, setLive] = useState(false);
  const [attempt, setAttempt] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: every attempt opens a stream of its own
  useEffect(() => {
    const stream = new EventSource(`/api/stream?as=${encodeURIComponent(as)}`);
    let retry: ReturnType<typeof setTimeout> | undefined;
    stream.onopen = () => setLive(true);
    stream.onerror = () => {
      setLive(false);
      // A broken connection is mended by the browser; an answer that is no stream ends it for good.
      if (stream.readyState !== EventSource.CLOSED) return;
      onRefused();
      retry = setTimeout(() => setAttempt((count) => count + 1), RETRY_MS);
    };
    stream.onmessage = ({ data }: MessageEvent<string>) => {
      // The server and the page are built from the same contract.
      const next = JSON.parse(data) as SandboxState;
      setLive(true);
      setAhead(next.clock.aheadMs);
      setState((previous) => share(previous, next));
    };
    return () => {
      clearTimeout(retry);
      stream.close();
    };
  }, [as, attempt, onRefused]);

  const act = useCallback((one: Act) => post(as, one), [as]);
  return { state, live, act };
}

async function post(as: string, act: Act): Promise<ActResult> {
  try {
    const response = await fetch(`/api/act?as=${encodeURIComponent(as)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    const body: unknown = await response.json();
    const said = typeof body === 'object' && body !== null && 'error' in body ? String(body.error) : '';
    if (said) return { ok: false, error: said };
    return response.ok ? { ok: true } : { ok: false, error: `The sandbox answered ${response.status}.` };
  } catch {
    return { ok: false, error: 'The sandbox cannot be reached. Is it still running?' };
  }
}

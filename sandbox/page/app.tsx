import { useCallback, useEffect, useMemo, useState } from 'react';
import type { Act, SandboxState } from '../api.ts';
import { Channel, channelTitle } from './channel/channel.tsx';
import { Thread } from './channel/thread.tsx';
import { type Connection, useConnection } from './connection.ts';
import { type Workspace, WorkspaceProvider } from './context.ts';
import { Beside, type BesideTab } from './frame/beside.tsx';
import { BottomBar, type Sheet } from './frame/bottom-bar.tsx';
import { Guide } from './frame/guide.tsx';
import { useProgress } from './frame/progress.ts';
import { Sidebar } from './frame/sidebar.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { useUnread, useUnreadOfOthers } from './frame/unread.ts';
import { Ringing } from './outside/ringing.tsx';
import { waitingIn } from './outside/waiting.ts';
import { type Place, usePlace } from './place.ts';
import { useEscape } from './view/escape.ts';
import { AppHome } from './view/home.tsx';
import { Modals } from './view/modal.tsx';
import { type Toast, Toasts } from './view/toasts.tsx';

/** The whole page, once the sandbox has spoken. */
export function App() {
  const [place, go] = usePlace();
  const forget = useCallback(() => go({ as: '' }), [go]);
  const connection = useConnection(place.as, forget);
  const { state } = connection;
  if (!state) return <p className="starting">Waiting for the sandbox…</p>;
  return <Page state={state} connection={connection} place={{ ...place, at: placeIn(state, place) }} go={go} />;
}

/** The open place, if it exists for this person; else the first channel. */
function placeIn({ channels }: SandboxState, { at }: Place): string {
  if (at === 'home' || channels.some(({ id }) => id === at)) return at;
  return channels.find(({ isDm, isArchived }) => !isDm && !isArchived)?.id ?? 'home';
}

interface PageProps {
  readonly state: SandboxState;
  readonly connection: Connection;
  readonly place: Place;
  readonly go: (to: Partial<Place>) => void;
}

function Page({ state, connection, place, go }: PageProps) {
  const { sheet, setSheet, tab, show, chooseTab } = useSheet();
  const { progress, note, hide } = useProgress();
  const { act, failures } = useTelling(connection, note);
  const workspace = useWorkspaceValue(state, act, go);
  const unread = useUnread(state, place.at);
  const pagedOthers = useUnreadOfOthers(state);
  const alarming = alarmingIn(state);
  const waiting = waitingIn(state.boxes);
  const closeSheet = useCallback(() => setSheet(null), [setSheet]);
  useEscape(sheet !== null, closeSheet);
  const visit = (at: string) => {
    setSheet(null);
    go({ at });
  };
  useOpenedHome(act, state.me.id, place.at);

  return (
    <WorkspaceProvider value={workspace}>
      <TopBar
        workspace={state.workspace}
        live={connection.live}
        alarming={alarming}
        waiting={waiting}
        unread={pagedOthers}
        show={(wanted) => show(sheet === wanted ? null : wanted)}
      />
      <div className={place.thread ? 'columns with-thread' : 'columns'}>
        <Sidebar at={place.at} open={sheet === 'channels'} unread={unread} visit={visit} />
        <main>
          {!progress.hidden && (
            <Guide
              progress={progress}
              hasSystems={state.systems.length > 0}
              showAlarms={() => show('alarms')}
              hide={hide}
            />
          )}
          <Main state={state} at={place.at} />
        </main>
        <ThreadBeside state={state} place={place} />
        <Beside state={state} tab={tab} open={sheet === tab} choose={chooseTab} close={closeSheet} />
        {sheet && <button type="button" className="backdrop" aria-label="Close" onClick={closeSheet} />}
      </div>
      <BottomBar
        at={place.at}
        sheet={sheet}
        alarming={alarming}
        waiting={waiting}
        unread={unread}
        show={show}
        visit={visit}
      />
      <Ringing boxes={state.boxes} answered={() => show('phones')} />
      <Modals views={state.modals} />
      <Toasts toasts={withFailures(state.toasts, failures)} />
    </WorkspaceProvider>
  );
}

/** What is drawn over the page on narrow screens, and what stands beside it on wide ones. */
function useSheet() {
  const [sheet, setSheet] = useState<Sheet>(null);
  const [tab, setTab] = useState<BesideTab>('alarms');
  const show = (next: Sheet) => {
    const isBeside = next !== null && next !== 'channels';
    if (isBeside) setTab(next);
    // Where there is room it stands beside the page already, see narrow.css.
    setSheet(isBeside && window.matchMedia('(min-width: 1241px)').matches ? null : next);
  };
  const chooseTab = (next: BesideTab) => {
    setTab(next);
    setSheet((now) => (now === null ? null : next));
  };
  return { sheet, setSheet, tab, show, chooseTab };
}

/** How many alarms fire, of the demo and of the systems. */
function alarmingIn({ alarms, systems }: SandboxState): number {
  const demo = alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  return new Set([...demo, ...systems.flatMap((system) => system.alarms)]).size;
}

function Main({ state, at }: { state: SandboxState; at: string }) {
  const channel = state.channels.find(({ id }) => id === at);
  if (!channel) return <AppHome view={state.home} />;
  return <Channel key={`${state.me.id} ${at}`} channel={channel} messages={state.messages[at] ?? []} />;
}

function ThreadBeside({ state, place: { at, thread } }: { state: SandboxState; place: Place }) {
  const channel = state.channels.find(({ id }) => id === at);
  if (!channel || !thread) return null;
  const messages = state.messages[at] ?? [];
  return <Thread key={thread} channel={at} channelName={channelTitle(channel)} root={thread} messages={messages} />;
}

/** Slack's own toasts and, after them, the failures that it has no words for. */
function withFailures(toasts: readonly Toast[], failures: readonly Toast[]): readonly Toast[] {
  const told = new Set(toasts.map(({ text }) => text));
  return [...toasts, ...failures.filter(({ text }) => !told.has(text))];
}

function useWorkspaceValue(state: SandboxState, act: Connection['act'], go: Workspace['go']): Workspace {
  const { me, users, channels, userGroups, app } = state;
  return useMemo(
    () => ({ me, users, channels, userGroups, app, act, go }),
    [me, users, channels, userGroups, app, act, go],
  );
}

/** `act`, with every failure shown as a toast and every deed noted for the first steps. */
function useTelling(connection: Connection, note: (act: Act) => void) {
  const [failures, setFailures] = useState<readonly Toast[]>([]);
  const { act } = connection;
  const telling = useCallback(
    async (one: Act) => {
      const result = await act(one);
      if (result.ok) note(one);
      else {
        const text = result.error ?? 'That did not work.';
        setFailures((before) => [...before, { id: `local-${before.length}`, text }]);
      }
      return result;
    },
    [act, note],
  );
  return { act: telling, failures };
}

/** Tells the app that somebody looks at its Home, on every entry. */
function useOpenedHome(act: Connection['act'], me: string, at: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person's entry is an entry, too
  useEffect(() => {
    if (at === 'home') void act({ type: 'open-home' });
  }, [act, me, at]);
}

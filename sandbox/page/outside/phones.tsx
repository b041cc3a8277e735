import { useEffect, useState } from 'react';
import type { SandboxBox, SandboxState } from '../../api.ts';
import { userOf, useWorkspace } from '../context.ts';
import { Avatar } from '../view/avatar.tsx';
import { BoxItem } from './box-item.tsx';
import { Hooks } from './hooks.tsx';
import { PagerDuty } from './pager-duty.tsx';
import { PagingFaults } from './paging-faults.tsx';
import { arrivalsOf, numberWords, waitingIn } from './waiting.ts';

type Shown = Pick<SandboxState, 'boxes' | 'pagerDuty' | 'hooks' | 'pagingFaults'>;

/** Everybody's telephone and mailbox, PagerDuty, the webhook receiver, and how all of it can fail. */
export function Phones({ state: { boxes, pagerDuty, hooks, pagingFaults } }: { state: Shown }) {
  const [chosen, choose] = useState<string | null>(null);
  const shown = boxes.filter(({ id }) => chosen === null || id === chosen);
  const arrivals = arrivalsOf(shown);
  useReading(chosen === null ? null : (shown[0] ?? null));
  return (
    <div className="beside-list phones" data-testid="phones">
      <People boxes={boxes} chosen={chosen} choose={choose} />
      {chosen !== null && shown[0] && <Addresses box={shown[0]} />}
      {arrivals.map(({ box, item }) => (
        <BoxItem key={item.id} box={box} item={item} />
      ))}
      {arrivals.length === 0 && <Quiet />}
      <PagerDuty incidents={pagerDuty} />
      <Hooks hooks={hooks} />
      <PagingFaults faults={pagingFaults} />
    </div>
  );
}

function Quiet() {
  return (
    <p className="nothing quiet">
      Nothing has come. What an incident’s policy sends by text message, call or mail arrives here.
    </p>
  );
}

/** Whoever looks into one box reads what is in it. */
function useReading(box: SandboxBox | null): void {
  const { act } = useWorkspace();
  const person = box?.id;
  const waiting = box === null ? 0 : waitingIn([box]);
  useEffect(() => {
    if (person !== undefined && waiting > 0) void act({ type: 'read', person });
  }, [act, person, waiting]);
}

interface PeopleProps {
  readonly boxes: readonly SandboxBox[];
  readonly chosen: string | null;
  readonly choose: (id: string | null) => void;
}

function People({ boxes, chosen, choose }: PeopleProps) {
  return (
    <fieldset className="phone-people">
      <legend className="hidden">Whose phone and mailbox</legend>
      <button type="button" className="person" aria-pressed={chosen === null} onClick={() => choose(null)}>
        Everybody
      </button>
      {boxes.map((box) => (
        <Person key={box.id} box={box} isChosen={chosen === box.id} choose={() => choose(box.id)} />
      ))}
    </fieldset>
  );
}

function Person({ box, isChosen, choose }: { box: SandboxBox; isChosen: boolean; choose: () => void }) {
  const workspace = useWorkspace();
  const user = userOf(workspace, box.id);
  const waiting = waitingIn([box]);
  const isNobody = box.id === '';
  return (
    <button
      type="button"
      className="person"
      aria-pressed={isChosen}
      aria-label={`${isNobody ? 'Nobody here' : user.realName}${waiting > 0 ? `, ${waiting} unread` : ''}`}
      title={isNobody ? 'Numbers and addresses that nobody here has' : user.realName}
      data-testid={`phone-${isNobody ? 'nobody' : box.id}`}
      onClick={choose}
    >
      {isNobody ? <span className="avatar small nobody">?</span> : <Avatar user={user} size="small" />}
      {waiting > 0 && <span className="count">{waiting}</span>}
    </button>
  );
}

function Addresses({ box: { id, number, address, isOptedOut } }: { box: SandboxBox }) {
  const workspace = useWorkspace();
  const word = isOptedOut ? 'START' : 'STOP';
  if (id === '') return <p className="addresses quiet">Sent to numbers and addresses that nobody here has.</p>;
  return (
    <p className="addresses">
      <strong>{userOf(workspace, id).realName}</strong>
      <code>{numberWords(number)}</code>
      <code>{address}</code>
      <button
        type="button"
        className="linklike"
        onClick={() => void workspace.act({ type: 'text-back', person: id, word })}
      >
        Answer {word}
      </button>
      <span className="quiet">{isOptedOut ? 'gets no text messages' : 'to get no more text messages'}</span>
    </p>
  );
}

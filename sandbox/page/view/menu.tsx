import { type CSSProperties, type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';

export interface MenuItem {
  readonly key: string;
  readonly label: ReactNode;
  readonly detail?: string;
  readonly choose: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly className: string;
  readonly items: readonly MenuItem[];
  readonly children: ReactNode;
  readonly testId?: string;
  readonly onOpen?: (open: boolean) => void;
}

/** A button that opens a menu: arrows, Home, End, Enter and Escape work, and the focus comes back to the button. */
export function Menu({ label, className, items, children, testId, onOpen }: MenuProps) {
  const trigger = useRef<HTMLButtonElement>(null);
  const [style, setStyle] = useState<CSSProperties | null>(null);
  const show = (open: boolean) => {
    setStyle(open && trigger.current ? besides(trigger.current, items.length) : null);
    onOpen?.(open);
    if (!open) trigger.current?.focus({ preventScroll: true });
  };
  // A dialog paints above everything else, so a menu inside of one has to live in it.
  const home = trigger.current?.closest('dialog') ?? document.body;
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={className}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={style !== null}
        data-testid={testId}
        title={label}
        onClick={() => show(style === null)}
      >
        {children}
      </button>
      {style && createPortal(<MenuList label={label} items={items} style={style} close={() => show(false)} />, home)}
    </>
  );
}

const ROW_PX = 40;
const WIDTH_PX = 260;

function besides(trigger: HTMLElement, rows: number): CSSProperties {
  const { top, bottom, left } = trigger.getBoundingClientRect();
  const height = Math.min(rows * ROW_PX + 16, 320);
  const below = bottom + height + 8 < window.innerHeight;
  return {
    top: below ? bottom + 4 : Math.max(8, top - height - 4),
    left: Math.max(8, Math.min(left, window.innerWidth - WIDTH_PX - 8)),
    width: WIDTH_PX,
  };
}

interface ListProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly style: CSSProperties;
  readonly close: () => void;
}

function MenuList({ label, items, style, close }: ListProps) {
  const list = useRef<HTMLDivElement>(null);
  const latestClose = useRef(close);
  latestClose.current = close;

  useEffect(() => {
    list.current?.querySelector('button')?.focus();
    const away = (event: Event) => {
      if (event.target instanceof Node && list.current?.contains(event.target)) return;
      latestClose.current();
    };
    document.addEventListener('pointerdown', away, true);
    window.addEventListener('resize', away);
    return () => {
      document.removeEventListener('pointerdown', away, true);
      window.removeEventListener('resize', away);
    };
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' || event.key === 'Tab') close();
    else if (!moveFocus(list.current, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div ref={list} className="menu" role="menu" aria-label={label} style={style} onKeyDown={onKeyDown} tabIndex={-1}>
      {items.map((item) => (
        <button
          key={item.key}
          type="button"
          role="menuitem"
          tabIndex={-1}
          onClick={() => {
            close();
            item.choose();
          }}
        >
          <span>{item.label}</span>
          {item.detail && <small>{item.detail}</small>}
        </button>
      ))}
    </div>
  );
}

function moveFocus(list: HTMLElement | null, key: string): boolean {
  const buttons = [...(list?.querySelectorAll('button') ?? [])];
  const at = buttons.findIndex((button) => button.matches(':focus'));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[key];
  if (to === undefined) return false;
  buttons.at(to % Math.max(1, buttons.length))?.focus();
  return true;
}

export interface IncidentBody {
  readonly name?: string;
  readonly status?: string;
  readonly impact_override?: string;
  readonly body?: string;
  readonly components?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** An incident as the API shows it. */
export interface PublicIncident {
  readonly id: string;
  readonly page_id: string;
  readonly name: string;
  readonly status: string;
  readonly impact: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly resolved_at: string | null;
  readonly shortlink: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Newest first. */
  readonly incident_updates: readonly { readonly status: string; readonly body: string; readonly created_at: string }[];
}

/** Why it is not done. */
export interface Refused {
  readonly code: 404 | 422;
  readonly error: string | readonly string[];
}

export interface PublicIncidentsOptions {
  readonly now: () => number;
  readonly page: string;
  readonly components: { readonly id: string; status: string }[];
  readonly id: () => string;
}

const STATUSES = ['investigating', 'identified', 'monitoring', 'resolved'];
const STATES = ['operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance'];

/** The incidents of a page, with what each has told the public. */
export function createPublicIncidents({ now, page, components, id }: PublicIncidentsOptions) {
  let all: readonly PublicIncident[] = [];

  function wrongIn({ status, components: states = {}, metadata = {} }: IncidentBody): Refused | null {
    if (status !== undefined && !STATUSES.includes(status)) return refused('Status is not included in the list');
    const stranger = Object.keys(states).find((one) => components.every((held) => held.id !== one));
    if (stranger !== undefined) return refused(`Component ${stranger} does not exist`);
    if (Object.values(states).some((state) => !STATES.includes(state))) return refused('Component status is not valid');
    const isFlat = Object.values(metadata).some((value) => typeof value !== 'object' || value === null);
    return isFlat ? refused('All top-level values of metadata must be objects') : null;
  }

  function told(before: Omit<PublicIncident, 'id' | 'page_id' | 'created_at' | 'shortlink'>, body: IncidentBody) {
    const at = new Date(now()).toISOString();
    const status = body.status ?? before.status;
    for (const part of components) part.status = body.components?.[part.id] ?? part.status;
    return {
      ...{ name: body.name ?? before.name, status, impact: body.impact_override ?? before.impact, updated_at: at },
      resolved_at: status === 'resolved' ? at : null,
      metadata: { ...before.metadata, ...body.metadata },
      incident_updates: [{ status, body: body.body ?? '', created_at: at }, ...before.incident_updates],
    };
  }

  return {
    /** Newest first. */
    list: () => all,
    open(body: IncidentBody): PublicIncident | Refused {
      if (!body.name) return refused("Name can't be blank");
      const wrong = wrongIn(body);
      if (wrong) return wrong;
      const at = new Date(now()).toISOString();
      const blank = { name: '', status: 'investigating', impact: 'none', updated_at: at, resolved_at: null };
      const made = id();
      const opened: PublicIncident = {
        ...{ id: made, page_id: page, created_at: at, shortlink: `https://stspg.io/${made}` },
        ...told({ ...blank, metadata: {}, incident_updates: [] }, body),
      };
      all = [opened, ...all];
      return opened;
    },
    update(one: string, body: IncidentBody): PublicIncident | Refused {
      const before = all.find((held) => held.id === one);
      if (!before) return { code: 404, error: 'not found' };
      const wrong = wrongIn(body);
      if (wrong) return wrong;
      const after = { ...before, ...told(before, body) };
      all = all.map((held) => (held === before ? after : held));
      return after;
    },
  };
}

function refused(error: string): Refused {
  return { code: 422, error: [error] };
}

import { digestOf } from "@/lib/audit/chain/digest";
import { linkHash } from "@/lib/audit/chain/place";
import type { ChainState, Row } from "@/lib/audit/tampering/chain-state";

/** What an intruder did, and where. */
export interface Tampering {
  name: string;
  /** Changes the state; answers the place that must be named, or null when this chain has no room for it. */
  apply(state: ChainState, pick: (below: number) => number): number;
}

type Change = (row: Row) => void;

/** Every column that says something, changed. */
const edits: Record<string, Change> = {
  at: (row) => void (row.at = new Date(Date.parse(row.at) + 1_000).toISOString()),
  actor: (row) => void (row.actor = { kind: "session", id: "user_someone", label: "else@example.com" }),
  "actor label": (row) => void (row.actor = { ...Object(row.actor), label: "else@example.com" }),
  action: (row) => void (row.action = "keys.read"),
  subject: (row) => void (row.subject = row.subject === null ? "key_other" : null),
  detail: (row) => void (row.detail = { ...row.detail, extra: true }),
  address: (row) => void (row.address = "198.51.100.77"),
  count: (row) => void (row.count += 1),
  id: (row) => void (row.id = `${row.id}x`),
  digest: (row) => void (row.digest = "0".repeat(64)),
  hash: (row) => void (row.hash = "f".repeat(64)),
  seal: (row) => void (row.seal = `${row.seal ?? ""}x`),
  erased_at: (row) => void (row.erased_at = new Date().toISOString()),
};

function contentOf(row: Row) {
  return { ...row, workspace: row.workspace_id, at: new Date(row.at).toISOString() };
}

/** Computes hashes from a place on, as the database does, and moves the trail's end along. */
function rehash({ rows, trail }: ChainState, from: number): void {
  rows.forEach((row, index) => {
    row.position = index + 1;
    if (index >= from) row.hash = linkHash(rows[index - 1]?.hash ?? "", index + 1, row.digest ?? "");
  });
  trail.audit_position = rows.length;
  trail.audit_hash = rows.at(-1)?.hash ?? "";
}

function rowAt({ rows }: ChainState, index: number): Row {
  const row = rows[index];
  if (row === undefined) throw new Error(`no row ${index}`);
  return row;
}

function forged(row: Row): Row {
  const made = { ...row, id: `aud_forged${row.seq}`, seq: 900_000_000 + row.seq, action: "keys.create" };
  return { ...made, digest: digestOf(contentOf(made)) };
}

const editing = Object.entries(edits).map(([column, change]): Tampering => ({
  name: `edit of ${column}`,
  apply(state, pick) {
    const index = pick(state.rows.length);
    change(rowAt(state, index));
    return index + 1;
  },
}));

const others: Tampering[] = [
  {
    name: "deletion of one entry",
    apply(state, pick) {
      const index = pick(state.rows.length - 1);
      state.rows.splice(index, 1);
      return index + 1;
    },
  },
  {
    name: "deletion of several entries",
    apply(state, pick) {
      const index = pick(state.rows.length - 10);
      state.rows.splice(index, 2 + pick(5));
      return index + 1;
    },
  },
  {
    name: "an entry without a place",
    apply(state, pick) {
      const index = pick(state.rows.length);
      rowAt(state, index).position = null;
      return index + 1;
    },
  },
  {
    name: "two entries that change places",
    apply(state, pick) {
      const index = pick(state.rows.length - 1);
      const other = index + 1 + pick(state.rows.length - index - 1);
      const [one, two] = [rowAt(state, index), rowAt(state, other)];
      [one.position, two.position] = [two.position, one.position];
      return index + 1;
    },
  },
  {
    name: "two entries that change all but place and hash",
    apply(state, pick) {
      const index = pick(state.rows.length - 1);
      const other = index + 1 + pick(state.rows.length - index - 1);
      const [one, two] = [rowAt(state, index), rowAt(state, other)];
      state.rows[index] = { ...two, position: one.position, hash: one.hash };
      state.rows[other] = { ...one, position: two.position, hash: two.hash };
      return index + 1;
    },
  },
  {
    name: "an entry put in between, the later ones moved",
    apply(state, pick) {
      const index = pick(state.rows.length);
      state.rows.splice(index, 0, forged(rowAt(state, index)));
      state.rows.forEach((row, at) => void (row.position = at + 1));
      return index + 1;
    },
  },
  {
    name: "an entry put in between, the tail rehashed",
    apply(state, pick) {
      const index = pick(state.rows.length);
      state.rows.splice(index, 0, forged(rowAt(state, index)));
      rehash(state, index);
      return index + 1;
    },
  },
  {
    name: "an entry added at the end as the database would",
    apply(state) {
      state.rows.push(forged(rowAt(state, 0)));
      rehash(state, state.rows.length - 1);
      return state.rows.length;
    },
  },
  {
    name: "an entry behind the end",
    apply(state) {
      const row = forged(rowAt(state, 0));
      state.rows.push({ ...row, position: state.rows.length + 5, hash: "a".repeat(64) });
      return state.rows.length + 4;
    },
  },
  {
    name: "a truncated end",
    apply(state, pick) {
      const left = state.rows.length - 1 - pick(50);
      state.rows.splice(left);
      return left + 1;
    },
  },
  {
    name: "a truncated end, the trail moved back",
    apply(state, pick) {
      const left = state.rows.length - 1 - pick(50);
      state.rows.splice(left);
      rehash(state, left);
      return left + 1;
    },
  },
  {
    name: "a truncated end, the trail moved back and its heads deleted",
    apply(state, pick) {
      const left = state.rows.length - 1 - pick(50);
      state.rows.splice(left);
      rehash(state, left);
      state.heads = state.heads.filter(({ position }) => position <= left);
      return left + 1;
    },
  },
  {
    name: "one entry rewritten and rehashed",
    apply(state, pick) {
      const index = pick(state.rows.length);
      const row = rowAt(state, index);
      row.detail = { rewritten: true };
      row.digest = digestOf(contentOf(row));
      row.hash = linkHash(state.rows[index - 1]?.hash ?? "", index + 1, row.digest);
      return index + 1;
    },
  },
  {
    name: "one entry rewritten, the whole tail rehashed",
    apply(state, pick) {
      const index = pick(state.rows.length);
      const row = rowAt(state, index);
      row.action = "keys.nothing";
      row.digest = digestOf(contentOf(row));
      rehash(state, index);
      return index + 1;
    },
  },
  {
    name: "one entry deleted, the whole tail rehashed",
    apply(state, pick) {
      const index = pick(state.rows.length - 1);
      state.rows.splice(index, 1);
      rehash(state, index);
      return index + 1;
    },
  },
  {
    name: "two entries swapped, the whole tail rehashed",
    apply(state, pick) {
      const index = pick(state.rows.length - 1);
      const [one, two] = [rowAt(state, index), rowAt(state, index + 1)];
      [state.rows[index], state.rows[index + 1]] = [two, one];
      rehash(state, index);
      return index + 1;
    },
  },
  {
    name: "an entry blanked without a record",
    apply(state, pick) {
      const index = pick(state.rows.length);
      const row = rowAt(state, index);
      const record = rowAt(state, pick(state.rows.length)).id;
      Object.assign(row, {
        erased_at: new Date().toISOString(),
        address: null,
        detail: { erasedBy: record },
      });
      return index + 1;
    },
  },
  {
    name: "an oldest stretch deleted as if retention had",
    apply(state, pick) {
      const gone = 1 + pick(100);
      const last = rowAt(state, gone - 1);
      state.rows.splice(0, gone);
      Object.assign(state.trail, { audit_base_position: gone, audit_base_hash: last.hash ?? "" });
      return 1;
    },
  },
];

/** Every way of tampering there is. */
export const tamperings: readonly Tampering[] = [...editing, ...others];

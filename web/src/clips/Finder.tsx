import { playersOf } from "../api/players";
import type { SessionStatus } from "../api/schema";
import { useLoaded } from "../api/useLoaded";
import { to } from "../routes";
import { t } from "../strings/text";
import { Icon } from "../ui/Icon";
import type { Filter } from "./pages";

const STATUSES: readonly SessionStatus[] = ["ready", "processing", "failed", "pending"];

interface FinderProps {
  filter: Filter;
  search: string;
  onFilter: (filter: Filter) => void;
  onSearch: (search: string) => void;
}

/** Player and state are asked of the API; the title is looked for in what is here. */
export function Finder({ filter, search, onFilter, onSearch }: FinderProps) {
  // The list works without.
  const players = useLoaded(playersOf).found ?? [];
  const words = t().list;
  return (
    <search class="finder" aria-label={words.find}>
      <label class="field finder-search">
        <span class="visually-hidden">{words.search}</span>
        <Icon name="search" />
        <input
          type="search"
          placeholder={words.search}
          value={search}
          onInput={(event) => onSearch(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span class="visually-hidden">{words.player}</span>
        <select value={filter.player} onChange={(event) => onFilter({ ...filter, player: event.currentTarget.value })}>
          <option value="">
            {words.player}: {words.everyone}
          </option>
          {players.map((player) => (
            <option key={player} value={player}>
              {player}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span class="visually-hidden">{words.status}</span>
        <select
          value={filter.status}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            onFilter({ ...filter, status: STATUSES.find((status) => status === chosen) ?? "" });
          }}
        >
          <option value="">
            {words.status}: {words.any}
          </option>
          {STATUSES.map((status) => (
            <option key={status} value={status}>
              {words.statuses[status]}
            </option>
          ))}
        </select>
      </label>
      {filter.player && (
        <a class="button" href={to.player(filter.player)}>
          <Icon name="person" /> {words.progress}
        </a>
      )}
    </search>
  );
}

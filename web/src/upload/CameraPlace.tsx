import type { Discipline } from "../api/schema";
import { t } from "../strings/text";

interface Scene {
  /** Where the player is, along the pitch. */
  player: number;
  /** Where the ball comes from or goes to. */
  ball: [from: number, to: number];
  /** A net between the player and the camera. */
  net: boolean;
}

const SCENES: Record<Discipline, Scene> = {
  bowling: { player: 84, ball: [100, 262], net: false },
  batting: { player: 84, ball: [262, 104], net: true },
  wicketkeeping: { player: 40, ball: [262, 58], net: false },
  fielding: { player: 150, ball: [262, 168], net: false },
};

/** A drawing, seen from above, of where the camera stands. */
export function CameraPlace({ discipline }: { discipline: Discipline }) {
  const { place } = t().upload;
  const { player, ball, net } = SCENES[discipline];
  const seen = Math.min(62, player);
  const hasPitch = discipline !== "fielding";
  return (
    <section class="place">
      <h2>{place.title}</h2>
      <svg viewBox="0 0 320 176" role="img" aria-label={place.picture[discipline]}>
        {hasPitch && (
          <g class="place-pitch">
            <rect x="56" y="26" width="224" height="36" rx="2" />
            <path class="place-crease" d="M66 26v36M84 20v48M252 20v48M270 26v36" />
            <path class="place-stumps" d="M66 40v8M270 40v8" />
          </g>
        )}
        {discipline === "bowling" && <path class="place-run" d="M4 38H74" />}
        <path class="place-ball" d={`M${ball[0]} 44H${ball[1]}`} />
        <path class="place-ball" d={arrow(ball[1], ball[1] > ball[0] ? -7 : 7)} />
        <g transform={`translate(${player} 40)`} class="place-player">
          <path d="M-5 -11Q0 -14 5 -11V11Q0 14 -5 11Z" />
          <circle r="5.500" />
        </g>
        {net && <path class="place-net" d="M40 88H280" />}
        <path class="place-view" d={`M${player} 136L${player - seen} 62H${player + seen}Z`} />
        <path class="place-distance" d={`M${player} 60V132`} />
        <g transform={`translate(${player} 144)`} class="place-camera">
          <path d="M-5 -6L-8 -13H8L5 -6Z" />
          <rect x="-11" y="-6" width="22" height="14" rx="3" />
        </g>
        <text x={player + 10} y="112">
          {place.distance[discipline]}
        </text>
        {net && (
          <text x="278" y="82" text-anchor="end" class="place-note">
            {place.behindNet}
          </text>
        )}
        <g transform="translate(228 100)" class="place-side">
          <path class="place-ground" d="M-10 66H88" />
          <circle cx="66" cy="12" r="6" />
          <path d="M66 18V42L58 66M66 42L74 66M54 30L66 22L78 32" />
          <path d="M10 42L2 66M10 42L18 66M10 42V66" />
          <rect class="place-phone" x="4" y="36" width="13" height="8" rx="2" />
          <path class="place-distance" d="M20 40H62" />
        </g>
        <text x="218" y="126" class="place-note" text-anchor="end">
          {place.height}
        </text>
      </svg>
      <ul class="place-tips">
        {place.tips.map((tip) => (
          <li key={tip}>{tip}</li>
        ))}
      </ul>
    </section>
  );
}

function arrow(x: number, back: number): string {
  return `M${x + back} 39L${x} 44L${x + back} 49`;
}

import type { ComponentChildren, RefObject } from "preact";
import { useId, useRef } from "preact/hooks";

import { t } from "../strings/text";
import { Axes } from "./Axes";
import { ChartTable } from "./ChartTable";
import { Curve, type Plot } from "./Curve";
import { STEPS } from "./keys";
import type { Clip } from "./model";
import { type Measured, valueAt } from "./numbers";
import { linear, lowered, type Span, valuesShown } from "./scale";
import { useSize } from "./useSize";
import { isJudged } from "./verdict";
import { errorText, timeText, valueText, wordsOf } from "./words";

interface ChartProps {
  clip: Clip;
  of: Measured;
  options: readonly Measured[];
  times: Span;
  namesEvents: boolean;
  onPick: (name: string) => void;
}

/** Until the chart is laid out. */
const SIZE = { width: 480, height: 167 };
const LEFT = 40;
const RIGHT = 10;
const BOTTOM = 20;
/** Pixels that the name of an event takes. */
const NAME = 58;

/** One number over time, with the place in the film on it: drag, tap or arrow keys move there. */
export function Chart({ clip, of, options, times, namesEvents, onPick }: ChartProps) {
  const id = useId();
  const area = useRef<HTMLDivElement>(null);
  const laidOut = useSize(area);
  const { width, height } = laidOut.width > 0 && laidOut.height > 0 ? laidOut : SIZE;
  const words = t().reading.charts;
  const summary = clip.results.value.pose.pose_summary;
  const { title } = wordsOf(of, summary);
  const top = namesEvents ? 22 : 8;
  const plot: Plot = {
    x: linear(times, [LEFT, width - RIGHT]),
    y: linear(valuesShown(of), [height - BOTTOM, top]),
    times,
    values: valuesShown(of),
    ...{ left: LEFT, right: width - RIGHT, top, bottom: height - BOTTOM },
  };
  const events = clip.events.value;
  // Of two names without room for both, the later one is the more telling.
  const hidden = lowered(events.map(({ t_ms }) => -plot.x(t_ms)).toReversed(), NAME).toReversed();
  const anchor = clip.anchor.value;
  const zero = anchor?.t_ms ?? 0;
  const toTime = linear([LEFT, width - RIGHT], times);
  const seek = (event: PointerEvent & { currentTarget: HTMLElement }) => {
    clip.playing.value = false;
    clip.showTime(toTime(event.clientX - event.currentTarget.getBoundingClientRect().left));
  };
  return (
    <figure class="chart">
      <div class="chart-head">
        {options.length > 1 ? (
          <select aria-label={words.pick} value={of.name} onChange={(event) => onPick(event.currentTarget.value)}>
            {options.map((option) => (
              <option key={option.name} value={option.name}>
                {wordsOf(option, summary).title}
              </option>
            ))}
          </select>
        ) : (
          <b>{title}</b>
        )}
        <ValueNow clip={clip} of={of} />
      </div>
      <Slider area={area} clip={clip} of={of} title={title} describedBy={id} onSeek={seek}>
        <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} aria-hidden="true">
          <Curve of={of} plot={plot} />
          <Axes plot={plot} zero={zero} />
          {events.map((event, place) => (
            <g key={event.name}>
              <line
                class="chart-event"
                data-event={event.name}
                x1={plot.x(event.t_ms)}
                x2={plot.x(event.t_ms)}
                y1={top}
                y2={plot.bottom}
              />
              {namesEvents && !hidden[place] && (
                <text class="chart-label event middle" x={labelPlace(plot, event.t_ms)} y={14}>
                  {t().reading.events[event.name].short}
                </text>
              )}
            </g>
          ))}
          <Playhead clip={clip} of={of} plot={plot} />
        </svg>
      </Slider>
      <figcaption id={id}>
        <span class="visually-hidden">{sentence(of, title)} </span>
        {namesEvents ? legend(clip, of) : anchor ? words.axis(t().reading.events[anchor.name].at) : words.axisStart}
      </figcaption>
      <ChartTable clip={clip} of={of} title={title} />
    </figure>
  );
}

interface SliderProps {
  clip: Clip;
  of: Measured;
  title: string;
  describedBy: string;
  area: RefObject<HTMLDivElement | null>;
  onSeek: (event: PointerEvent & { currentTarget: HTMLElement }) => void;
  children: ComponentChildren;
}

/** The drawing as a slider over the steps of the clip. */
function Slider({ clip, of, title, describedBy, area, onSeek, children }: SliderProps) {
  const step = clip.step.value;
  const value = step && valueAt(of.series, step.t_ms);
  const words = [step && timeText(clip, step.t_ms), typeof value === "number" && valueText(of, value)];
  return (
    <div
      ref={area}
      class="chart-plot"
      tabIndex={0}
      role="slider"
      aria-label={t().reading.charts.position(title)}
      aria-describedby={describedBy}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, clip.steps.length - 1)}
      aria-valuenow={clip.index.value}
      aria-valuetext={words.filter(Boolean).join(", ")}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        onSeek(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && onSeek(event)}
      onKeyDown={(event) => {
        const by = STEPS[event.key];
        if (by === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
        // The page moves by the same keys: once is enough.
        event.stopPropagation();
        event.preventDefault();
        clip.stepBy(event.shiftKey ? by * 5 : by);
      }}
    >
      {children}
    </div>
  );
}

function ValueNow({ clip, of }: { clip: Clip; of: Measured }) {
  const step = clip.step.value;
  const value = step ? valueAt(of.series, step.t_ms) : null;
  if (value === null) return <span class="chart-now">{t().reading.charts.none}</span>;
  return (
    <span class="chart-now">
      <b>{valueText(of, value)}</b> {errorText(of)}
    </span>
  );
}

function Playhead({ clip, of, plot }: { clip: Clip; of: Measured; plot: Plot }) {
  const step = clip.step.value;
  if (!step || step.t_ms < plot.times[0] || step.t_ms > plot.times[1]) return null;
  const x = plot.x(step.t_ms);
  const value = valueAt(of.series, step.t_ms);
  return (
    <g class="playhead">
      <line x1={x} x2={x} y1={plot.top} y2={plot.bottom} />
      {value !== null && <circle cx={x} cy={plot.y(value)} r={5} />}
    </g>
  );
}

/** What the fields of the chart mean. */
function legend(clip: Clip, of: Measured): string {
  const words = t().reading.charts;
  if (!isJudged(of) || !of.target) return words.band;
  const event = clip.events.value.find(({ frame }) => frame === of.at?.frame);
  return `${words.band} ${event ? words.targetAt(t().reading.events[event.name].at) : words.target}`;
}

function labelPlace({ x, left, right }: Plot, t_ms: number): number {
  return Math.max(left + 22, Math.min(right - 26, x(t_ms)));
}

function sentence(of: Measured, title: string): string {
  const values = (of.series?.value ?? []).filter((value) => value !== null);
  return t().reading.charts.says(
    title,
    valueText(of, Math.min(...values)),
    valueText(of, Math.max(...values)),
    values.length,
  );
}

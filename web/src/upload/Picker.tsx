import { useSignal } from "@preact/signals";

import { bytes, number } from "../format";
import { t } from "../strings/text";
import { Alert } from "../ui/Alert";
import { FileButton } from "../ui/FileButton";
import { Icon } from "../ui/Icon";
import type { Picked } from "./picked";

interface PickerProps {
  picked: readonly Picked[];
  limit: number;
  /** Set once the coach tried to send nothing. */
  isMissing: boolean;
  onFiles: (files: readonly File[]) => void;
  onRemove: (picked: Picked) => void;
}

/** Drop, choose or film: what goes out, each with its first picture. */
export function Picker({ picked, limit, isMissing, onFiles, onRemove }: PickerProps) {
  const isOver = useSignal(false);
  const words = t().upload.picker;
  const sendable = picked.filter(({ fault }) => fault === null).length;
  return (
    <section
      class={`picker${isOver.value ? " over" : ""}${picked.length ? " filled" : ""}`}
      aria-label={words.title}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        onFiles(Array.from(event.dataTransfer?.files ?? []));
      }}
    >
      {picked.length === 0 && (
        <>
          <h2>{words.title}</h2>
          <p class="small">{words.hint(bytes(limit))}</p>
        </>
      )}
      {picked.length > 0 && (
        <ul class="picked-list">
          {picked.map((one) => (
            <Row key={one.id} one={one} onRemove={() => onRemove(one)} />
          ))}
        </ul>
      )}
      <div class="picker-actions">
        <FileButton capture label={words.film} icon="camera" isPrimary={picked.length === 0} onFiles={onFiles} />
        <FileButton
          label={picked.length ? words.more : words.choose}
          icon={picked.length ? "plus" : "upload"}
          isPrimary={picked.length === 0}
          onFiles={onFiles}
        />
      </div>
      {sendable > 1 && <p class="small">{words.together(sendable)}</p>}
      {isMissing && picked.length === 0 && <Alert>{words.missing}</Alert>}
    </section>
  );
}

function Row({ one, onRemove }: { one: Picked; onRemove: () => void }) {
  const { picker, fileFaults } = t().upload;
  const { file, url, probed, fault } = one;
  const facts = [bytes(file.size)];
  if (probed?.seconds != null) facts.push(`${number(probed.seconds, 1)} s`);
  return (
    <li class="picked-file">
      {probed?.isShown ? (
        <video src={`${url}#t=0.1`} muted playsInline preload="metadata" aria-label={picker.preview(file.name)} />
      ) : (
        <span class="picked-blank">
          <Icon name={fault ? "high" : "camera"} />
        </span>
      )}
      <div>
        <b>{file.name}</b>
        <span class="small">{facts.join(" · ")}</span>
        {!probed && !fault && <span class="small">{picker.checking}</span>}
        {probed && !probed.isShown && !fault && <span class="small">{picker.unreadable}</span>}
        {fault && <Alert>{fileFaults[fault]}</Alert>}
      </div>
      <button type="button" class="button quiet" aria-label={picker.remove(file.name)} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </li>
  );
}

import { Icon } from "./Icon";

interface FileButtonProps {
  label: string;
  icon: "camera" | "upload" | "plus" | "retry";
  capture?: boolean;
  isPrimary?: boolean;
  onFiles: (files: readonly File[]) => void;
}

/** A file field that looks like a button; `capture` opens the camera of a phone. */
export function FileButton({ label, icon, capture = false, isPrimary = false, onFiles }: FileButtonProps) {
  return (
    <label class={`button file-button${isPrimary ? " primary" : ""}${capture ? " film" : ""}`}>
      <input
        type="file"
        accept="video/*,.mp4,.mov,.m4v,.webm"
        multiple={!capture && icon !== "retry"}
        {...(capture && { capture: "environment" as const })}
        onChange={(event) => {
          onFiles(Array.from(event.currentTarget.files ?? []));
          // The same file may be chosen again.
          event.currentTarget.value = "";
        }}
      />
      <Icon name={icon} />
      <span>{label}</span>
    </label>
  );
}

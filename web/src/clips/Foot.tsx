import { chooseLanguage, LANGUAGES, type Language, language, t } from "../strings/text";
import { signOut } from "../token";
import { forgetAll } from "../upload/store";

/** The coach's own settings: the language, and the way out. */
export function Foot() {
  const { common, signIn } = t();
  return (
    <footer class="list-foot">
      <label>
        <span>{common.language}</span>{" "}
        <select
          value={language.value}
          onChange={(event) => {
            const chosen = event.currentTarget.value;
            if (isLanguage(chosen)) void chooseLanguage(chosen);
          }}
        >
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code} lang={code}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="button" onClick={leave}>
        {signIn.signOut}
      </button>
    </footer>
  );
}

function isLanguage(code: string): code is Language {
  return code in LANGUAGES;
}

/** Leaves nothing of the coach on a device that others use, neither in the store nor on the screen. */
function leave(): void {
  signOut();
  forgetAll();
  location.reload();
}

/** Which language the page speaks. Not offered while the camera is on: changing it starts the page anew. */
import { chooseLanguage, language, languageNames, m } from '../messages/index.ts';

export function LanguagePicker() {
  return (
    <label class="languages">
      <span class="sr-only">{m.common.language}</span>
      <select
        data-testid="language"
        value={language}
        onChange={(event) => chooseLanguage(event.currentTarget.value)}
      >
        {Object.entries(languageNames).map(([tag, name]) => (
          <option key={tag} value={tag} lang={tag}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

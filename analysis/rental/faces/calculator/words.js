// Words of the calculator: those of the page's language, by the English ones that its scripts say.
// The page brings them; every literal in say("...") is looked up when the page is made.
const words = (() => {
  "use strict";
  const translated = JSON.parse(globalThis.document?.querySelector("[data-words]")?.dataset.words ?? "{}");
  return {
    isChinese: globalThis.document?.documentElement.lang.startsWith("zh") ?? false,
    say: (text, ...values) => (translated[text] ?? text).replace(/\{(\d+)\}/g, (_, at) => values[at]),
  };
})();

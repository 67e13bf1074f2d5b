// The search page: asks search.js with what is typed, and keeps the question in the address.
const form = document.querySelector(".nnq-form"), field = form.elements.q;
const count = document.getElementById("nnq-count"), list = document.getElementById("nnq-results");
const KINDS = { term: "Glossary", code: "Library", exercise: "Exercise" };
const MOST = 20;

const make = (tag, css, ...inside) => {
  const element = document.createElement(tag);
  if (css) element.className = css;
  element.append(...inside);
  return element;
};

function show(typing) {
  const asked = field.value.trim();
  const found = asked ? BookSearch.find(asked, MOST, typing) : [];
  list.replaceChildren(...found.map(item));
  count.textContent = !asked ? ""
    : !found.length ? `Nothing was found for “${asked}”. Try fewer or other words.`
    : found.length === MOST ? `The ${MOST} best places` : `${found.length} place${found.length > 1 ? "s" : ""}`;
  document.title = document.title.replace(/^.*?(?= [—–|-] |$)/, asked ? `Search: ${asked}` : "Search");
}

function item({ url, title, page, kind, terms, excerpt }) {
  const link = make("a", "", title);
  link.href = url;
  const where = [kind === "page" ? "" : page, KINDS[kind] !== page && KINDS[kind],
    terms.replaceAll("; ", ", ")].filter(Boolean);
  const text = excerpt.map(([part, marked]) => (marked ? make("mark", "", part) : part));
  const parts = [make("p", "nnq-title", link)];
  if (where.length) parts.push(make("p", "nnq-where", where.join(" · ")));
  parts.push(make("p", "nnq-text", ...text));
  return make("li", `nnq-${kind}`, ...parts);
}

function keep() {
  const here = new URL(location.href);
  here.searchParams.set("q", field.value.trim());
  history.replaceState(null, "", here);
}

form.addEventListener("submit", (event) => { event.preventDefault(); show(false); keep(); });
field.addEventListener("input", () => { show(true); keep(); });
field.value = new URLSearchParams(location.search).get("q") ?? "";
show(false);
if (!field.value) field.focus();

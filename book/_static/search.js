// Search by section: ranks the records of search-index.js. No server, no other engine: the same
// script answers on the web and from a folder.
//
//   BookSearch.load({pages: [{url, title, chapter, records: [[anchor, title, kind, terms, names, text],
//                    …]}, …], same: [[term, term], …]})
//   BookSearch.find("half-life")  →  [{url, title, page, kind, terms, excerpt: [[text, marked], …]}, …]
globalThis.BookSearch = (() => {
  const GREEK = Object.fromEntries(
    [..."αβγδεζηθικλμνξοπρστυφχψωΔ∑∏∂"].map((letter, n) => [letter,
      `alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho
       sigma tau upsilon phi chi psi omega delta sum product partial`.split(/\s+/)[n]]));
  const STOP = new Set(`a an and are as at be by can do does for from has have how i in is it its of
    on or should so that the their then there they this to use was we what when where which who why
    will with you your`.split(/\s+/));
  // How much a word counts by where it stands, and a record by what it is.
  const FIELDS = { title: 9, terms: 7, names: 5, page: 2.5, text: 1 };
  const KINDS = { section: 1, page: 0.95, term: 0.8, symbol: 0.75, code: 0.55, exercise: 0.45 };
  const BACK = 0.6; // pages after the chapters
  const EXCERPT = 170;

  // --- words ------------------------------------------------------------------------------------

  const plain = (text) =>
    text.replace(/[α-ωΔ∑∏∂]/g, (letter) => ` ${GREEK[letter] ?? letter} `)
      .normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  // The words of a text; what a hyphen, underscore or dot joins also counts as one word.
  function tokens(text) {
    const found = [];
    for (const [run] of plain(text).replace(/['’]s\b/g, "").matchAll(/[a-z0-9]+(?:[-–_.][a-z0-9]+)*/g)) {
      if (/^\d+(\.\d+)?$/.test(run)) { found.push(run); continue; }
      const parts = run.split(/[-–_.]/);
      found.push(...parts);
      if (parts.length > 1) found.push(parts.join(""));
    }
    return found;
  }

  // The word without its ending: averages, averaging and averaged are one.
  function stem(word) {
    if (word.length < 4 || /\d/.test(word)) return word;
    let w = word.replace(/i[sz](ation|ing|ed|es?|er|ers|ations)$/, "iz");
    if (w === word) {
      w = w.replace(/ies$/, "y").replace(/(ss|sh|ch|x)es$/, "$1").replace(/([^sui])s$/, "$1");
      const cut = w.replace(/(ing|ed|ly|al)$/, "");
      if (cut !== w && cut.length > 3 && /[aeiouy]/.test(cut)) w = cut.replace(/([^aeiousl])\1$/, "$1");
      w = w.replace(/(.{3,})e$/, "$1");
    }
    return w;
  }

  // --- the index --------------------------------------------------------------------------------

  let data, index;

  function load(given) { data = given; index = undefined; }

  function build() {
    const records = [], posts = new Map();
    data.pages.forEach((page) => page.records.forEach(([anchor, title, kind, terms, names, text]) => {
      const id = records.length;
      const record = { url: page.url + (anchor && `#${anchor}`), title, page: page.title, kind, terms, text };
      record.prior = KINDS[kind] * (!page.chapter && ["section", "page"].includes(kind) ? BACK : 1);
      record.spelled = ` ${tokens(title).join(" ")} `;
      record.said = ` ${tokens(text).join(" ")} `;
      record.about = terms.split("; ").map(key);
      const fields = { title, terms, names, page: kind === "page" ? "" : page.title, text };
      const counts = new Map();
      for (const [field, weight] of Object.entries(FIELDS)) {
        const list = tokens(fields[field]).map(stem);
        const long = field === "text" ? 0.4 + (0.6 * list.length) / 150 : 1;
        const seen = new Map();
        for (const word of list) seen.set(word, (seen.get(word) ?? 0) + 1);
        for (const [word, n] of seen) {
          const share = field === "text" ? n / long : 1; // a title is not better for saying it twice
          counts.set(word, (counts.get(word) ?? 0) + weight * share);
        }
      }
      for (const [word, count] of counts) {
        if (!posts.has(word)) posts.set(word, []);
        posts.get(word).push([id, count]);
      }
      records.push(record);
    }));
    const same = data.same.map((group) => group.map(key));
    return { records, posts, same, vocabulary: [...posts.keys()] };
  }

  const key = (text) => ` ${tokens(text).join(" ")} `;

  // --- finding ----------------------------------------------------------------------------------

  // Words of the index that a typed word may mean, each with how sure that is.
  function meant(word, typing) {
    const own = stem(word), found = new Map();
    if (index.posts.has(own)) found.set(own, 1);
    for (const other of index.same.filter((group) => group.includes(` ${word} `)).flat()) {
      const alone = stem(other.trim());
      if (alone !== own && index.posts.has(alone)) found.set(alone, 0.7);
    }
    if (typing && word.length > 1) {
      for (const other of index.vocabulary) {
        if (other.startsWith(own) && other !== own) found.set(other, found.size && found.has(own) ? 0.25 : 0.6);
      }
    }
    if (!found.size && word.length > 3) {
      const far = word.length > 7 ? 2 : 1;
      for (const other of index.vocabulary) if (distance(own, other, far) <= far) found.set(other, 0.4);
    }
    return found;
  }

  // How many letters two words differ by; stops counting beyond `most`.
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    let before = Array.from({ length: b.length + 1 }, (_, n) => n), row = before, older;
    for (let i = 1; i <= a.length; i++) {
      older = before; before = row; row = [i];
      for (let j = 1; j <= b.length; j++) {
        row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a[i - 1] !== b[j - 1]));
        const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
        if (swapped) row[j] = Math.min(row[j], older[j - 2] + 1);
      }
    }
    return row[b.length];
  }

  function find(query, limit = 20, typing = false) {
    index ??= build();
    const typed = tokens(query), asked = typed.filter((word) => !STOP.has(word));
    const words = [...new Set(asked.length ? asked : typed)];
    // A compound is another way to say its parts, not one more thing to find.
    const parts = words.filter((word) => !words.some((o) => o !== word && word.length > o.length + 1
      && words.some((p) => p !== o && p !== word && (o + p === word || word.includes(o + p)))));
    const ways = [{ words: parts.length ? parts : words, phrase: key(query), sure: 1 }];
    for (const phrase of otherwise(key(query))) {
      ways.push({ words: tokens(phrase).filter((word) => !STOP.has(word)), phrase, sure: 0.75 });
    }
    const best = new Map();
    for (const way of ways) {
      for (const [id, score] of score_of(way.words, typing)) {
        const all = way.sure * score * bonus(index.records[id], way.phrase);
        if (all > (best.get(id)?.score ?? 0)) best.set(id, { score: all, way });
      }
    }
    return [...best].sort((a, b) => b[1].score - a[1].score || a[0] - b[0]).slice(0, limit)
      .map(([id, { score, way }]) => answer(index.records[id], score, way.words, typing));
  }

  // The same question in other words, as search_words.yml has them.
  function otherwise(phrase) {
    const found = new Set();
    for (const group of index.same) {
      const term = group.filter((one) => phrase.includes(one)).sort((a, b) => b.length - a.length)[0];
      if (term) for (const other of group) found.add(phrase.replace(term, other));
    }
    found.delete(phrase);
    return [...found].slice(0, 12);
  }

  function score_of(words, typing) {
    const total = index.records.length, scores = new Map(), matched = new Map();
    let known = 0;
    words.forEach((word, n) => {
      const best = new Map();
      for (const [other, sure] of meant(word, typing && n === words.length - 1)) {
        const post = index.posts.get(other), rare = Math.log(1 + total / post.length);
        for (const [id, count] of post) {
          best.set(id, Math.max(best.get(id) ?? 0, sure * rare * (count / (count + 2.5))));
        }
      }
      if (best.size) known += 1;
      for (const [id, score] of best) {
        scores.set(id, (scores.get(id) ?? 0) + score);
        matched.set(id, (matched.get(id) ?? 0) + 1);
      }
    });
    for (const [id, score] of scores) {
      scores.set(id, (score / known) * (matched.get(id) / known) ** 2 * index.records[id].prior);
    }
    return scores;
  }

  // More for a record that is about just this, or says it in one piece.
  function bonus(record, phrase) {
    if (!phrase.trim()) return 1;
    if (record.spelled === phrase || record.about.includes(phrase)) return 1.8;
    if (record.spelled.includes(phrase)) return 1.4;
    if (record.about.some((term) => term.includes(phrase))) return 1.3;
    return record.said.includes(phrase) ? 1.15 : 1;
  }

  function answer(record, score, words, typing) {
    const { url, title, page, kind, terms } = record;
    return { url, title, page, kind, terms, score, excerpt: excerpt(record.text, words, typing) };
  }

  // The stretch of a text that says most of the words, in pieces, marked or not.
  function excerpt(text, words, typing) {
    const wanted = new Set(words.flatMap((word, n) => [...meant(word, typing && n === words.length - 1).keys()]));
    const hits = [];
    for (const found of text.matchAll(/[\p{L}\p{M}\p{N}]+(?:[-–_][\p{L}\p{N}]+)*/gu)) {
      if (tokens(found[0]).some((word) => wanted.has(stem(word)))) {
        hits.push([found.index, found.index + found[0].length]);
      }
    }
    let start = 0, best = 0;
    for (const [from] of hits) {
      const count = hits.filter(([a, b]) => a >= from && b <= from + EXCERPT - 40).length;
      if (count > best) [start, best] = [from, count];
    }
    start = start < 60 ? 0 : text.lastIndexOf(" ", start - 40) + 1;
    let end = text.length <= start + EXCERPT ? text.length : text.lastIndexOf(" ", start + EXCERPT);
    if (end <= start) end = start + EXCERPT;
    const pieces = [];
    let here = start;
    if (start > 0) pieces.push(["… ", false]);
    for (const [from, to] of hits.filter(([a, b]) => a >= start && b <= end)) {
      if (from > here) pieces.push([text.slice(here, from), false]);
      pieces.push([text.slice(from, to), true]);
      here = to;
    }
    if (here < end) pieces.push([text.slice(here, end), false]);
    if (end < text.length) pieces.push([" …", false]);
    return pieces;
  }

  return { load, find };
})();

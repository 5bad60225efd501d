/*
 * The wall 大屏: turns its pages, asks for news every minute, and obeys the keyboard.
 * Without this file every page is there, with links from one to the next.
 *
 * All pages are fetched once and kept, so that the screen goes on turning, greyed out and saying so,
 * while the server cannot be reached. They are fetched again only when the server's state changed.
 */
(() => {
  "use strict";
  const body = document.body;
  if (!("wall" in body.dataset)) return;

  const one = (query) => document.querySelector(query);
  const links = [...document.querySelectorAll(".wall-foot nav a")];
  const slugs = links.map((link) => link.dataset.slug);
  const turnAfter = Math.max(15, Number(body.dataset.turn));
  const pollAfter = Number(body.dataset.poll);
  const alertBox = one("[data-alert]");
  const bar = one(".wall-controls progress");
  const count = one("[data-count]");
  const holdButton = one('[data-do="hold"]');
  const help = one(".wall-help");
  const keysBox = one("[data-keys]");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const phone = matchMedia("(max-width: 899px)");
  const kept = new Map();

  let state = JSON.parse(one("#wall-state").textContent);
  let held = still.matches;
  let stood = 0;
  let asked = 0;
  let busy = false;
  let reached = new Date();
  let gone = false;

  // A browser that keeps no storage forgets, and nothing else.
  const remember = (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* forgotten */ } };
  const recall = (name) => { try { return sessionStorage.getItem(name); } catch { return null; } };

  const here = () => one("#main").dataset.page;

  const draw = () => {
    bar.value = held ? 0 : stood;
    bar.hidden = held;
    count.textContent = held ? "已停住" : `${turnAfter - stood} 秒后换页`;
    holdButton.textContent = held ? "继续" : "停住";
    holdButton.setAttribute("aria-pressed", String(held));
  };

  const hold = (on) => {
    held = on;
    stood = 0;
    remember("wall-held", on ? "1" : "0");
    draw();
  };

  const get = async (url, kind) => {
    const stop = new AbortController();
    const late = setTimeout(() => stop.abort(), 20000);
    try {
      const answer = await fetch(url, { cache: "no-store", signal: stop.signal, redirect: "error" });
      if (answer.status === 404 || answer.status === 410) return { gone: true };
      if (!answer.ok) throw new Error(String(answer.status));
      return { value: await answer[kind]() };
    } finally {
      clearTimeout(late);
    }
  };

  const fetchPage = async (link) => {
    const answer = await get(link.href, "text");
    const page = answer.value && new DOMParser().parseFromString(answer.value, "text/html");
    const main = page && page.querySelector("#main");
    if (!main) throw new Error("no page");
    return { slug: link.dataset.slug, main, title: page.title, asOf: page.querySelector(".wall-asof") };
  };

  const fetchAll = async () => {
    for (const found of await Promise.all(links.map(fetchPage))) kept.set(found.slug, found);
  };

  const put = (found) => {
    const link = links[slugs.indexOf(found.slug)];
    one("#main").replaceWith(document.importNode(found.main, true));
    one(".wall-asof").replaceWith(document.importNode(found.asOf, true));
    one("[data-page-title]").textContent = found.main.dataset.title;
    document.title = found.title;
    links.forEach((each) => each.removeAttribute("aria-current"));
    link.setAttribute("aria-current", "page");
    history.replaceState(null, "", link.href);
  };

  const show = (slug) => {
    stood = 0;
    draw();
    const found = kept.get(slug);
    if (gone || !found || slug === here()) return;
    body.classList.remove("is-turning");
    put(found);
    void body.offsetWidth;
    body.classList.add("is-turning");
  };

  const step = (by) => show(slugs[(slugs.indexOf(here()) + by + slugs.length) % slugs.length]);

  const clock = (moment) => `${moment.getHours()}:${String(moment.getMinutes()).padStart(2, "0")}`;

  const say = (words) => {
    if (alertBox.textContent !== words) alertBox.textContent = words;
    alertBox.hidden = words === "";
  };

  const lost = () => {
    body.classList.add("is-stale");
    say(`连不上服务器，画面停在 ${clock(reached)} 的数据`);
  };

  const shut = () => {
    gone = true;
    body.classList.add("is-gone");
    kept.clear();
    one("#main").replaceChildren();
    say("这个大屏地址已到期或者停用，请向开设的工作人员要新的地址");
  };

  const poll = async () => {
    if (busy || gone) return;
    busy = true;
    try {
      const answer = await get(body.dataset.stateUrl, "json");
      if (answer.gone) { shut(); return; }
      const before = JSON.stringify(state);
      const program = state.program;
      if (JSON.stringify(answer.value) !== before || kept.size < slugs.length) {
        await fetchAll();
        // Only once the pages came through: a server that is just starting would leave an error here.
        if (answer.value.program !== program) { location.reload(); return; }
        if (JSON.stringify(answer.value) !== before) put(kept.get(here()));
        state = answer.value;
      }
      reached = new Date();
      body.classList.remove("is-stale");
      say("");
    } catch {
      lost();
    } finally {
      busy = false;
    }
  };

  const second = () => {
    if (phone.matches || gone) return;
    asked += 1;
    // While the server is away it is asked more often.
    if (asked >= (body.classList.contains("is-stale") ? Math.min(15, pollAfter) : pollAfter)) {
      asked = 0;
      poll();
    }
    if (held || help.open) return;
    stood += 1;
    if (stood >= turnAfter) step(1); else draw();
  };

  const full = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => say(""));
  };

  const toggleHelp = () => { if (help.open) help.close(); else help.showModal(); };

  const acts = { hold: () => hold(!held), full, help: toggleHelp };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) { acts[button.dataset.do](); return; }
    const link = event.target.closest(".wall-foot nav a");
    if (link && kept.has(link.dataset.slug) && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      show(link.dataset.slug);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || phone.matches || !keysBox.checked) return;
    if (event.key === "?") { event.preventDefault(); toggleHelp(); return; }
    if (help.open) return;
    const number = Number(event.key);
    if (event.key === " ") {
      // On a control the space bar works that control.
      if (event.target.closest("a, button, input")) return;
      event.preventDefault();
      hold(!held);
    } else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "f" || event.key === "F") full();
    else if (number >= 1 && number <= slugs.length) show(slugs[number - 1]);
  });

  keysBox.addEventListener("change", () => remember("wall-keys", keysBox.checked ? "1" : "0"));
  still.addEventListener("change", () => { if (still.matches) hold(true); });

  if (recall("wall-held") !== null && !still.matches) held = recall("wall-held") === "1";
  keysBox.checked = recall("wall-keys") !== "0";
  one("[data-controls]").hidden = false;
  draw();
  if (!phone.matches) fetchAll().catch(lost);
  setInterval(second, 1000);
})();

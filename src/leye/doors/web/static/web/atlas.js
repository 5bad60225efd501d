/* The map pages: going through the months, a picture to take away, the address to copy.
   Improvements only: every page works without this file. */
"use strict";

const PLAY_EVERY = 1800;
let playing = 0;

const stop = () => {
  window.clearTimeout(playing);
  playing = 0;
};

/* Fetch a state of the page and put it in place of this one; the keyboard stays where it was. */
const show = async (url, push = true) => {
  const held = document.activeElement?.id;
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-atlas]");
    if (!fresh) throw new Error("another page");
    document.querySelector("[data-atlas]").replaceWith(fresh);
    document.title = page.title;
    for (const form of fresh.querySelectorAll("form[data-auto-submit]")) {
      form.addEventListener("change", () => form.requestSubmit());
    }
    if (push) history.pushState({ atlas: true }, "", url);
    improve();
    if (held) document.getElementById(held)?.focus({ preventScroll: true });
  } catch {
    stop();
    location.assign(url);
  }
};

const improveMonths = (nav) => {
  const links = [...nav.querySelectorAll("a[data-month]")];
  const current = Math.max(links.findIndex((link) => link.hasAttribute("aria-current")), 0);
  const slider = nav.querySelector("input[type=range]");
  const words = nav.querySelector("output");
  const play = nav.querySelector("[data-play]");
  const list = nav.querySelector("ol");
  list.scrollLeft = links[current].offsetLeft - list.clientWidth / 2;
  if (links.length < 2) return;
  nav.querySelector(".atlas-play").hidden = false;
  slider.max = String(links.length - 1);
  slider.value = String(current);
  const say = () => {
    const label = links[Number(slider.value)].dataset.month;
    words.textContent = label;
    slider.setAttribute("aria-valuetext", label);
  };
  say();
  slider.addEventListener("input", say);
  slider.addEventListener("change", () => {
    stop();
    show(links[Number(slider.value)].href);
  });
  const next = () => {
    const at = (current + 1) % links.length;
    playing = window.setTimeout(() => show(links[at].href, false), PLAY_EVERY);
  };
  play.setAttribute("aria-pressed", String(playing !== 0));
  play.textContent = playing ? "停止" : "播放";
  if (playing) next();
  play.addEventListener("click", () => {
    if (playing) {
      stop();
      settle();
    } else {
      playing = 1;
      next();
    }
    play.setAttribute("aria-pressed", String(playing !== 0));
    play.textContent = playing ? "停止" : "播放";
  });
};

const improveForm = (form) => {
  // What is left at the usual stays out of the address.
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
  });
};

const improveCopy = (button) => {
  const field = document.getElementById(button.dataset.copy);
  const state = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      // Without HTTPS there is no clipboard to write to.
      if (navigator.clipboard) await navigator.clipboard.writeText(field.value);
      else if (!document.execCommand("copy")) throw new Error("refused");
      state.textContent = "已复制。";
    } catch {
      state.textContent = "请按 Ctrl+C 复制。";
    }
  });
};

const DRAWN = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-linejoin", "font-family",
  "font-size", "font-weight", "text-anchor", "paint-order"];
const SVG = "http://www.w3.org/2000/svg";

/* Copy a drawing with what the style sheet gives it written on each element. */
const standalone = (svg) => {
  const copy = svg.cloneNode(true);
  const sources = [svg, ...svg.querySelectorAll("*")];
  [copy, ...copy.querySelectorAll("*")].forEach((element, number) => {
    const style = getComputedStyle(sources[number]);
    for (const name of DRAWN) element.setAttribute(name, style.getPropertyValue(name).replaceAll('"', "'"));
    for (const name of ["class", "aria-label", "href"]) element.removeAttribute(name);
  });
  return copy;
};

const text = (words, x, y, size, weight = "400") => {
  const element = document.createElementNS(SVG, "text");
  const drawn = { x, y, "font-size": size, "font-weight": weight, fill: "#1a1f26",
    "font-family": getComputedStyle(document.body).fontFamily.replaceAll('"', "'") };
  for (const [name, value] of Object.entries(drawn)) element.setAttribute(name, String(value));
  element.textContent = words;
  return element;
};

/* Give the map with its title, legend and note as one SVG: [its text, width, height]. */
const picture = (box) => {
  const width = 1200;
  const map = box.querySelector("svg.tiles, svg.shape-map, svg.points");
  const view = map.viewBox.baseVal;
  const height = Math.min(Math.round((width - 80) * (view.height / view.width)), 1100);
  const sheet = document.createElementNS(SVG, "svg");
  sheet.append(standalone(document.querySelector("#map-patterns defs")));
  sheet.append(text(box.dataset.map, 40, 60, 30, "700"));
  const drawing = standalone(map);
  for (const [name, value] of Object.entries({ x: 40, y: 90, width: width - 80, height })) {
    drawing.setAttribute(name, String(value));
  }
  sheet.append(drawing);
  let y = 90 + height + 40;
  for (const item of box.querySelectorAll(".map-legend li")) {
    const swatch = standalone(item.querySelector("svg"));
    for (const [name, value] of Object.entries({ x: 40, y: y - 18, width: 36, height: 23 })) {
      swatch.setAttribute(name, String(value));
    }
    sheet.append(swatch, text(item.textContent.trim(), 90, y, 20));
    y += 34;
  }
  const note = box.querySelector(".map-note").textContent.trim();
  // At most 58 characters a line, a sign that ends a phrase never first on the next one.
  for (const line of note.match(/.{1,58}[，。；：）]*/gsu) ?? []) {
    sheet.append(text(line.trim(), 40, y, 18));
    y += 28;
  }
  sheet.append(text(`${document.querySelector("[data-edition]")?.dataset.edition ?? ""} ${location.href}`.trim(), 40, y, 16));
  const whole = y + 30;
  for (const [name, value] of Object.entries({ width, height: whole, viewBox: `0 0 ${width} ${whole}` })) {
    sheet.setAttribute(name, String(value));
  }
  return [new XMLSerializer().serializeToString(sheet), width, whole];
};

const improvePicture = (button) => {
  const box = document.getElementById(button.dataset.png);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const [drawn, width, height] = picture(box);
    const address = URL.createObjectURL(new Blob([drawn], { type: "image/svg+xml" }));
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = width * 2;
    canvas.height = height * 2;
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(address);
    canvas.toBlob((file) => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(file);
      link.download = `${box.dataset.map}.png`;
      link.click();
      window.setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }, "image/png");
  });
};

/* Write the shortest address of what is shown, so that it can be sent on. */
const settle = () => {
  const address = document.getElementById("address");
  if (address && !playing && new URL(address.value).search !== location.search) {
    history.replaceState(history.state, "", new URL(address.value).search);
  }
};

const improve = () => {
  const inside = document.querySelector("[data-atlas]");
  inside.querySelectorAll("[data-months]").forEach(improveMonths);
  inside.querySelectorAll("form.atlas-form").forEach(improveForm);
  inside.querySelectorAll("[data-copy]").forEach(improveCopy);
  inside.querySelectorAll("[data-png]").forEach(improvePicture);
  settle();
};

window.addEventListener("popstate", () => {
  stop();
  show(location.href, false);
});
improve();

/* Improvements only: every page works without this file. */
"use strict";

for (const form of document.querySelectorAll("form[data-auto-submit]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

document.documentElement.classList.add("js");
for (const button of document.querySelectorAll(".menu-button")) {
  const parts = document.querySelectorAll(".site-nav, .site-user");
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") !== "true";
    button.setAttribute("aria-expanded", String(open));
    for (const part of parts) part.classList.toggle("open", open);
  });
}

for (const focus of document.querySelectorAll("[data-take-focus]")) focus.focus();

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const month of document.querySelectorAll(".atlas-months a[aria-current]")) {
  const list = month.closest("ol");
  list.scrollLeft = month.offsetLeft - list.clientWidth / 2;
}

for (const box of document.querySelectorAll("[data-chart]")) {
  const points = JSON.parse(box.querySelector("script[type='application/json']").textContent);
  const svg = box.querySelector("svg.chart");
  const readout = box.querySelector(".chart-readout");
  const cursor = svg.querySelector(".cursor");
  let at = points.length - 1;
  const show = (index) => {
    at = Math.min(Math.max(index, 0), points.length - 1);
    cursor.setAttribute("x1", points[at].x);
    cursor.setAttribute("x2", points[at].x);
    cursor.removeAttribute("visibility");
    readout.textContent = points[at].text;
  };
  svg.addEventListener("pointermove", (event) => {
    // The drawing keeps its proportions, so the box around it may be wider than it is.
    const x = new DOMPoint(event.clientX, 0).matrixTransform(svg.getScreenCTM().inverse()).x;
    let best = 0;
    points.forEach((point, i) => {
      if (Math.abs(point.x - x) < Math.abs(points[best].x - x)) best = i;
    });
    show(best);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12 }[event.key];
    if (step === undefined && event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    show(event.key === "Home" ? 0 : event.key === "End" ? points.length - 1 : at + step);
  });
}

// An upload tells how far it is; the server answers as it does without this.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || !form.querySelector("input[type=file]").files.length) return;
  event.preventDefault();
  const state = form.querySelector(".upload-state");
  const words = state.querySelector("p");
  const bar = state.querySelector("progress");
  const buttons = form.querySelectorAll("button");
  const request = new XMLHttpRequest();
  const content = new FormData(form, event.submitter);
  const busy = (yes) => {
    state.hidden = !yes;
    for (const button of buttons) button.disabled = yes;
  };
  busy(true);
  words.textContent = words.dataset.sending;
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) bar.value = (100 * sent.loaded) / sent.total;
  });
  request.upload.addEventListener("load", () => {
    bar.removeAttribute("value");
    words.textContent = words.dataset.checking;
  });
  request.addEventListener("load", () => {
    const made = request.status === 201 ? request.getResponseHeader("Location") : "";
    if (made || request.responseURL !== form.action) {
      location.assign(made || request.responseURL);
      return;
    }
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    document.title = page.title;
    document.querySelector("main").replaceWith(page.querySelector("main"));
    for (const focus of document.querySelectorAll("[autofocus]")) focus.focus();
  });
  request.addEventListener("error", () => {
    busy(false);
    form.submit();
  });
  request.open("POST", form.action);
  request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
  request.send(content);
});

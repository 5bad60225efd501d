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

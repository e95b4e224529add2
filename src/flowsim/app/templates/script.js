/* Everything works without this; with it an answer narrows while one looks, and levers have sliders. */
"use strict";
(() => {
  for (const field of document.querySelectorAll(".number input[data-low]")) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = field.dataset.low;
    slider.max = field.dataset.high;
    slider.step = field.dataset.step;
    /* Notches count from the lowest value and may miss these two: at the notch nearest to one stands that one. */
    const exact = new Map([field.dataset.high, field.dataset.now].map((one) => {
      slider.value = one;
      return [slider.value, one];
    }));
    slider.value = field.value;
    slider.setAttribute("aria-label", `Slider: ${document.querySelector(`label[for="${field.id}"]`).textContent}`);
    slider.addEventListener("input", () => { field.value = exact.get(slider.value) ?? slider.value; });
    field.addEventListener("input", () => { slider.value = field.value; });
    field.after(slider);
  }
  const summary = document.querySelector(".summary");
  if (summary) { summary.focus(); }

  const live = document.getElementById("live");
  const fetched = async (address) => {
    const answer = await fetch(address);
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("live");
  };

  if (live && document.querySelector("#step a")) {
    let playing = false;
    const play = document.createElement("button");
    play.type = "button";
    play.className = "plain-button";
    play.textContent = "Play the hours";
    live.before(play);
    play.addEventListener("click", async () => {
      playing = !playing;
      play.textContent = playing ? "Stop" : "Play the hours";
      while (playing) {
        const step = document.querySelector("#step a");
        if (!step) { break; }
        const address = step.href;
        await new Promise((done) => { setTimeout(done, 1000); });
        const next = playing ? await fetched(address).catch(() => null) : null;
        if (!next) { break; }
        live.replaceChildren(...next.childNodes);
        history.replaceState(null, "", address);
      }
      playing = false;
      play.textContent = "Play the hours";
    });
  }

  if (!live || live.dataset.more !== "yes") { return; }
  let going = true;
  const pause = document.createElement("button");
  pause.type = "button";
  pause.className = "plain-button";
  pause.textContent = "Stop updating this page";
  pause.addEventListener("click", () => { going = false; pause.remove(); });
  live.before(pause);

  /* Replaces what stands in a part; words that are spoken when they change, and the focus, stay where they are. */
  const renew = (part, next) => {
    if (!next || part.innerHTML === next.innerHTML) { return; }
    const at = [...part.querySelectorAll("a")].indexOf(document.activeElement);
    const kept = part.querySelector("[role=status]");
    const said = next.querySelector("[role=status]");
    part.replaceChildren(...next.childNodes);
    if (kept && said) { kept.textContent = said.textContent; said.replaceWith(kept); }
    if (at >= 0) { part.querySelectorAll("a")[at]?.focus(); }
  };

  const look = async () => {
    while (going && live.dataset.more === "yes") {
      const address = new URL(location.href);
      address.searchParams.set("seen", live.dataset.seen);
      try {
        const next = await fetched(address);
        if (!going || !next) { break; }
        if (next.dataset.seen !== live.dataset.seen || next.dataset.more !== live.dataset.more) {
          const page = next.ownerDocument;
          Object.assign(live.dataset, next.dataset);
          for (const part of document.querySelectorAll("[data-part]")) {
            renew(part, page.querySelector(`[data-part="${part.dataset.part}"]`));
          }
        }
      } catch {
        break; /* the server was stopped; what is there stays */
      }
    }
    pause.remove();
  };
  look();
})();

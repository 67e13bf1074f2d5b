// The ball of the cover: looks a path up, and draws it step by step.
const bowl = document.querySelector(".nnb-bowl");
if (bowl) {
  const { paths, told } = JSON.parse(bowl.dataset.bowl);
  const slider = bowl.querySelector("input");
  const said = bowl.querySelector("output");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const STEP = 70; // milliseconds
  const LAST = 60; // steps that are shown one by one; by then little moves
  let start = 0;
  let frame = 0;

  function draw(name, path, time) {
    const ball = bowl.querySelector(`svg .nnb-${name}ball`);
    const whole = Math.min(Math.floor(time), path.length - 1);
    const next = path[Math.min(whole + 1, path.length - 1)];
    const part = Math.min(time, path.length - 1) - whole;
    const at = path[whole].map((v, k) => v + part * (next[k] - v));
    ball.firstChild.setAttribute("points", [...path.slice(0, whole + 1), at].join(" "));
    ball.lastChild.setAttribute("cx", at[0]);
    ball.lastChild.setAttribute("cy", at[1]);
  }

  function ends() {
    draw("plain", paths[0], Infinity);
    draw("kept", paths[slider.value], Infinity);
  }

  function tick(now) {
    start ||= now;
    const time = still.matches ? Infinity : (now - start) / STEP;
    draw("plain", paths[0], time);
    draw("kept", paths[slider.value], time);
    frame = time < LAST ? requestAnimationFrame(tick) : 0;
    if (!frame) ends();
  }

  function roll() {
    cancelAnimationFrame(frame);
    start = 0;
    frame = requestAnimationFrame(tick);
  }

  slider.addEventListener("input", () => {
    said.textContent = told[slider.value];
    slider.setAttribute("aria-valuetext", told[slider.value]);
    roll();
  });
  bowl.querySelector("button").addEventListener("click", roll);
  roll();
}

// Judges choices and numbers at once, from the data that Python's exercises give out (to_data).
// Returns what Exercise.judge returns, or null where it takes Python: sqrt(5)/2 is no plain number.

const one = (status, message = "", mistake = null) => ({
  status,
  message,
  parts: [{ id: "answer", status, message, mistake }],
});

export function judge(exercise, answer) {
  if (["", "...", "…", exercise.starter?.trim()].includes(answer.trim())) return one("no answer");
  if (exercise.kind === "choice") return choice(exercise, answer);
  return exercise.kind === "number" && exercise.targets ? number(exercise, answer) : null;
}

function choice({ choices }, answer) {
  const chosen = choices.find((option) => option.key === answer);
  if (!chosen) return null;
  return chosen.right ? one("right") : one("wrong", chosen.message, chosen.mistake);
}

function number(exercise, answer) {
  const value = read(answer, exercise.unit ?? "");
  if (value === null) return null;
  // Where the exact number is asked for, no decimal number is 1/3.
  const exact = (target) => answer.includes("/") || String(target).length <= 12;
  const near = (target) =>
    exercise.tolerance
      ? Math.abs(value - target) <= (exercise.tolerance + 1e-12) * (Math.abs(target) || 1)
      : value === target && exact(target);
  if (near(exercise.target)) return one("right");
  const slip = exercise.targets.find((target) => near(target.value));
  if (slip) return one("wrong", slip.message, slip.mistake);
  const { sizes, target } = exercise;
  if (Math.abs(value - target) <= sizes.within * Math.abs(target)) {
    return one("wrong", sizes.close, "slip-rounding");
  }
  if (value * target < 0) return one("wrong", sizes.sign, "slip-sign");
  return one("wrong", value > target ? sizes.large : sizes.small, "slip-size");
}

/** The number that a text is: 0.25, -3, 1e-3, 1/4, 25 %, 20 steps; null for anything else. */
export function read(text, unit = "") {
  let rest = text.trim().replace(/^[−–]/, "-");
  if (unit && rest.endsWith(unit)) rest = rest.slice(0, -unit.length).trim();
  const percent = rest.endsWith("%");
  if (percent) rest = rest.slice(0, -1).trim();
  const match = /^([-+]?)(\d+\.?\d*|\.\d+)(?:[eE]([-+]?\d{1,3}))?(?:\s*\/\s*(\d+))?$/.exec(rest);
  if (match && (rest.length > 20 || Math.abs(match[3] ?? 0) > 12)) return null; // Python is exact
  if (!match || (match[4] && (match[3] || Number(match[4]) === 0))) return null;
  const top = Number(`${match[2]}e${match[3] ?? 0}`) / Number(match[4] ?? 1);
  return ((match[1] === "-" ? -1 : 1) * top) / (percent ? 100 : 1);
}
